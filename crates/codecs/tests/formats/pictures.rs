//! Pictures for the tests.

use std::path::PathBuf;

use codecs::{Channels, Limits, Pixels, Plane, Ycc};

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

/// The same in luma and chroma: BT.601, full range, chroma as means of four pixels.
pub(crate) fn ycc(picture: &Pixels) -> Ycc {
    let (width, height) = (picture.width, picture.height);
    let mean = |x: u32, y: u32, side: u32, weights: [f64; 3], offset: f64| {
        let places =
            (y..(y + side).min(height)).flat_map(|y| (x..(x + side).min(width)).map(move |x| (x, y)));
        let values = places.map(|(x, y)| {
            let pixel = &picture.samples[((y * width + x) * 3) as usize..][..3];
            pixel.iter().zip(weights).map(|(sample, weight)| f64::from(*sample) * weight).sum::<f64>()
        });
        let values: Vec<f64> = values.collect();
        (values.iter().sum::<f64>() / values.len() as f64 + offset).round() as u8
    };
    let plane = |side: u32, weights: [f64; 3], offset: f64| {
        let (columns, rows) = (width.div_ceil(side), height.div_ceil(side));
        let places = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
        let samples = places.map(|(x, y)| mean(x * side, y * side, side, weights, offset)).collect();
        Plane { width: columns, height: rows, samples }
    };
    Ycc {
        y: plane(1, [0.299, 0.587, 0.114], 0.0),
        cb: plane(2, [-0.168736, -0.331264, 0.5], 128.0),
        cr: plane(2, [0.5, -0.418688, -0.081312], 128.0),
    }
}
