//! Pictures for the tests.
#![allow(clippy::unwrap_used, dead_code)]

use std::path::PathBuf;

use codecs::{Channels, Limits, Pixels};

pub(crate) const LIMITS: Limits = Limits { pixels: 50_000_000, memory: 512 << 20 };

pub(crate) fn corpus() -> PathBuf {
    let folder = std::env::var_os("MEDIA_MANAGER_CORPUS");
    folder
        .expect("MEDIA_MANAGER_CORPUS is not set: run make test, or set it to what scripts/corpus.sh prints")
        .into()
}

/// A photograph of the corpus, RGB.
pub(crate) fn photo(name: &str) -> Pixels {
    let file = std::fs::read(corpus().join(name)).unwrap();
    if file.starts_with(&[0xff, 0xd8]) {
        let mut started = mozjpeg::Decompress::new_mem(&file).unwrap().rgb().unwrap();
        let (width, height) = (started.width() as u32, started.height() as u32);
        let samples = started.read_scanlines::<[u8; 3]>().unwrap().into_flattened();
        return Pixels { width, height, channels: Channels::Rgb, samples };
    }
    let image = image::load_from_memory(&file).unwrap().into_rgb8();
    Pixels {
        width: image.width(),
        height: image.height(),
        channels: Channels::Rgb,
        samples: image.into_raw(),
    }
}

/// Smooth colours, and every opacity from none to full.
pub(crate) fn gradient(width: u32, height: u32, channels: Channels) -> Pixels {
    let shade = |at: u32, side: u32| (at * 255 / side.max(2).saturating_sub(1)) as u8;
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let samples = places.flat_map(|(x, y)| {
        let (across, down) = (shade(x, width), shade(y, height));
        [across, down, 255 - across, down.max(across)].into_iter().take(channels.count())
    });
    Pixels { width, height, channels, samples: samples.collect() }
}

/// Peak signal to noise of two pictures of one size, in decibels.
pub(crate) fn likeness(one: &Pixels, other: &Pixels) -> f64 {
    assert_eq!((one.width, one.height, one.channels), (other.width, other.height, other.channels));
    let squares: u64 =
        one.samples.iter().zip(&other.samples).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum();
    10.0 * (255.0 * 255.0 * one.samples.len() as f64 / squares.max(1) as f64).log10()
}
