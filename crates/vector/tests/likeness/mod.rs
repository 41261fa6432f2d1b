//! How like two pictures are, and which there are to compare.

use std::path::{Path, PathBuf};

/// Share of pixels that may differ.
pub(crate) const TOLERATED: f64 = 0.015;

/// By how much a pixel differs that differs, of 255: edges are softened differently, by a little.
const NOTICED: i32 = 48;

/// The share of pixels in which two RGBA pictures of one size differ as seen: with what doesn't show left out.
pub(crate) fn differ(one: &[u8], other: &[u8]) -> f64 {
    let seen = |pixel: &[u8], at: usize| {
        let alpha = i32::from(pixel[3]);
        if at == 3 { alpha } else { i32::from(pixel[at]) * alpha / 255 }
    };
    let differs =
        |(one, other): &(&[u8], &[u8])| (0..4).any(|at| (seen(one, at) - seen(other, at)).abs() > NOTICED);
    let pixels = one.len().max(other.len()) / 4;
    one.chunks_exact(4).zip(other.chunks_exact(4)).filter(differs).count() as f64 / pixels.max(1) as f64
}

/// All files in a folder and below, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    all.sort();
    all
}

/// Drawings, and pictures of them.
pub(crate) fn pairs(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let drawing = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "svg");
    let picture = |path: &PathBuf| {
        let name = path.file_stem()?.to_str()?;
        Some(path.with_file_name(format!("{name}-ref.png"))).filter(|picture| picture.exists())
    };
    let drawings = files(folder).into_iter().filter(drawing);
    drawings.filter_map(|path| picture(&path).map(|picture| (path, picture))).collect()
}
