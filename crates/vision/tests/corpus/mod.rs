//! The pictures that tests look at.
#![allow(dead_code, unreachable_pub)]

use std::io::Write;
use std::path::{Path, PathBuf};

use codecs::Pixels;
use contract::formats::Format;
use media::probe;
use media::render::{self, Source};
use media::sniff::{HEAD, Sniffed, sniff};
use media::tools::Tools;

const MOST: u64 = 100_000_000;

/// A picture, and what a person sees in it.
pub struct Known {
    pub name: String,
    pub path: PathBuf,
    /// Nothing where that is a matter of opinion.
    pub faces: Option<usize>,
    /// The word that is expected first, then others that are right as well.
    pub words: Vec<String>,
}

pub fn path(name: &str) -> PathBuf {
    let folder = std::env::var_os("MEDIA_MANAGER_CORPUS");
    let folder = folder
        .expect("MEDIA_MANAGER_CORPUS is not set: run make test, or set it to what scripts/corpus.sh prints");
    Path::new(&folder).join(name)
}

pub fn pictures() -> Vec<Known> {
    let lines = include_str!("../pictures.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let [name, faces, words] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            let words = words.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect();
            Known { name: name.to_owned(), path: path(name), faces: faces.parse().ok(), words }
        })
        .collect()
}

/// The picture as callers are asked to bring it: upright, its longer side at most 1024 pixels.
pub fn open(path: &Path) -> Pixels {
    let bytes = std::fs::read(path).unwrap();
    let Sniffed::Format(format) = sniff(&bytes[..bytes.len().min(HEAD)]) else { panic!("{path:?}") };
    let facts = probe::probe(path, format, &probe::Limits { pixels: MOST }, &Tools::default()).unwrap();
    small(&bytes, format, facts.image.unwrap().orientation, 1024)
}

/// A picture of at most so many pixels on a side.
pub fn small(bytes: &[u8], format: &'static Format, orientation: u8, side: u32) -> Pixels {
    let source = Source { bytes, format, orientation, original: None, drawn: false };
    render::small(&source, side, &render::Limits { pixels: MOST, animation_pixels: 0 }).unwrap()
}

/// Adds to a file of figures, where `MEDIA_MANAGER_FIGURES` names one.
pub fn note(kind: &str, text: &str) {
    if let Some(path) = std::env::var_os("MEDIA_MANAGER_FIGURES") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        writeln!(file, "[{kind}] {text}").unwrap();
    }
}
