//! Draws specimens of fonts into a folder, packs them beside, and says what that takes: `specimens FOLDER FONT…`.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::PathBuf;
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let folder = arguments.next().unwrap();
    for path in arguments {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let began = Instant::now();
        let facts = font::inspect(&bytes);
        let inspected = began.elapsed();
        let began = Instant::now();
        let picture = font::specimen(&bytes, 800);
        let drawn = began.elapsed();
        let began = Instant::now();
        let packed = font::to_woff2(&bytes).map(|packed| {
            std::fs::write(folder.join(name.clone() + ".woff2"), &packed).unwrap();
            packed.len()
        });
        println!(
            "{name}: {} bytes, inspected in {inspected:?}, drawn in {drawn:?}, packed to {packed:?} in {:?}: {facts:?}",
            bytes.len(),
            began.elapsed()
        );
        match picture {
            Ok(picture) => {
                let picture = image::RgbaImage::from_raw(picture.width, picture.height, picture.samples);
                picture.unwrap().save(folder.join(name + ".png")).unwrap();
            }
            Err(error) => println!("{error}"),
        }
    }
}
