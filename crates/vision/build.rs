//! Takes the models into the program. `make models` prepares them.

use std::path::PathBuf;
use std::{env, fs};

/// In the order of `model::Kind`.
const FILES: [&str; 4] = ["faces.onnx", "labels.onnx", "text-lines.onnx", "text-words.onnx"];

fn main() {
    println!("cargo::rerun-if-env-changed=MEDIA_MANAGER_MODELS");
    println!("cargo::rerun-if-changed=build.rs");
    let cache = || Some(PathBuf::from(env::var_os("XDG_CACHE_HOME")?));
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cache"));
    let folder = env::var_os("MEDIA_MANAGER_MODELS")
        .map(PathBuf::from)
        .or_else(|| Some(cache().or_else(home)?.join("media-manager/models")))
        .unwrap_or_default();
    let mut source = "pub(crate) static MODELS: [&[u8]; 4] = [\n".to_owned();
    let characters = folder.join("text-words.txt");
    let models = FILES.map(|file| folder.join(file));
    for path in models.iter().chain([&characters]) {
        println!("cargo::rerun-if-changed={}", path.display());
        if !path.is_file() {
            println!("cargo::error={} is missing: run `make models`", path.display());
            return;
        }
    }
    for path in &models {
        source += &format!("    include_bytes!({path:?}),\n");
    }
    source += &format!("];\npub(crate) static CHARACTERS: &str = include_str!({characters:?});\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    if let Err(error) = fs::write(out.join("models.rs"), source) {
        println!("cargo::error=models.rs can't be written: {error}");
    }
}
