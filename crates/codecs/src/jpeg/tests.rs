#![allow(clippy::unwrap_used)]

use super::*;
use crate::{Channels, Error, Pixels, Plane, Ycc};

/// A picture with slopes and an edge, so that every scale and subsampling can be told.
fn picture(width: u32, height: u32) -> Pixels {
    let sample = |x: u32, y: u32| {
        let edge = if x * 3 > width { 60 } else { 0 };
        [(x * 120 / width + edge) as u8, (y * 200 / height) as u8, ((x + y) * 200 / (width + height)) as u8]
    };
    let samples = (0..height).flat_map(|y| (0..width).flat_map(move |x| sample(x, y))).collect();
    Pixels { width, height, channels: Channels::Rgb, samples }
}

const PLAIN: Settings<'static> =
    Settings { quality: 95, progressive: false, halved_chroma: true, icc: None, exif: None };

fn all(rows: &mut Rows<'_>) -> Vec<Vec<u8>> {
    let mut read = vec![Vec::new(); rows.components().count()];
    while rows.read(&mut read).unwrap() {}
    for (Component { extent, channels, .. }, read) in rows.components().zip(&read) {
        assert_eq!(read.len(), extent.width as usize * extent.height as usize * channels);
    }
    read
}

#[test]
fn pixels_come_back_at_any_scale_as_planes_and_as_pixels() {
    for (width, height) in [(64, 48), (101, 67), (17, 1), (1, 33)] {
        for settings in [PLAIN, Settings { progressive: true, halved_chroma: false, ..PLAIN }] {
            let bytes = encode_pixels(&picture(width, height), &settings).unwrap();
            for eighths in [1, 2, 4, 8_u8] {
                let scaled = |side: u32| (side * u32::from(eighths)).div_ceil(8);
                let mut planes = Decoder::open(&bytes).unwrap().planes(eighths).unwrap();
                assert_eq!(planes.whole(), (scaled(width), scaled(height)));
                let read = all(&mut planes);
                let whole = Extent { left: 0, top: 0, width, height };
                let mut pixels = Decoder::open(&bytes).unwrap().pixels(eighths, whole).unwrap();
                let interleaved = all(&mut pixels);
                let luma: Vec<u8> = interleaved[0].iter().step_by(3).copied().collect();
                assert_eq!(read[0], luma, "{width} x {height} at {eighths}");
            }
        }
    }
}

#[test]
fn a_window_has_the_pixels_of_the_whole() {
    let bytes = encode_pixels(&picture(200, 100), &Settings { halved_chroma: false, ..PLAIN }).unwrap();
    let whole = Extent { left: 0, top: 0, width: 200, height: 100 };
    let everything = all(&mut Decoder::open(&bytes).unwrap().pixels(8, whole).unwrap());
    let asked = Extent { left: 37, top: 41, width: 50, height: 20 };
    let mut rows = Decoder::open(&bytes).unwrap().pixels(8, asked).unwrap();
    let got = rows.components().next().unwrap().extent;
    assert!(got.left <= 37 && got.left + got.width >= 87 && got.width < 80, "{got:?}");
    assert_eq!((got.top, got.height), (41, 20));
    let part = all(&mut rows);
    for row in 0..20_usize {
        let from = ((41 + row) * 200 + 37) * 3;
        let here = (row * got.width as usize + (37 - got.left as usize)) * 3;
        assert_eq!(part[0][here..here + 150], everything[0][from..from + 150], "row {row}");
    }
}

#[test]
fn planes_are_written_as_they_are() {
    let plane = |width: u32, height: u32, value: u8| Plane {
        width,
        height,
        samples: vec![value; (width * height) as usize],
    };
    for (width, height, half) in [(33_u32, 17_u32, true), (33, 17, false), (8, 8, true), (1, 1, true)] {
        let chroma = |value| {
            if half {
                plane(width.div_ceil(2), height.div_ceil(2), value)
            } else {
                plane(width, height, value)
            }
        };
        let picture = Ycc { y: plane(width, height, 90), cb: chroma(60), cr: chroma(200) };
        let settings =
            Settings { icc: Some(&[7; 70_000]), exif: Some(b"II*\0\x08\0\0\0"), progressive: true, ..PLAIN };
        let bytes = encode_ycc(&picture, &settings).unwrap();
        let decoder = Decoder::open(&bytes).unwrap();
        assert_eq!(decoder.header().icc.as_deref(), Some(&[7; 70_000][..]));
        assert_eq!(decoder.header().exif.as_deref(), Some(&b"II*\0\x08\0\0\0"[..]));
        assert!(decoder.header().progressive);
        let read = all(&mut decoder.planes(8).unwrap());
        let near = |samples: &[u8], value: u8| samples.iter().all(|sample| sample.abs_diff(value) <= 2);
        assert!(near(&read[0], 90) && near(&read[1], 60) && near(&read[2], 200), "{width} x {height}");
    }
}

#[test]
fn damaged_bytes_are_errors_or_grey_and_never_more() {
    for settings in [PLAIN, Settings { progressive: true, ..PLAIN }] {
        let bytes = encode_pixels(&picture(120, 90), &settings).unwrap();
        for end in (0..bytes.len()).step_by(7) {
            let Ok(decoder) = Decoder::open(&bytes[..end]) else { continue };
            if let Ok(mut rows) = decoder.planes(4) {
                let mut read = vec![Vec::new(); 3];
                while rows.read(&mut read).unwrap_or(false) {}
            }
        }
        for at in (2..bytes.len()).step_by(3) {
            let mut broken = bytes.clone();
            broken[at] ^= 0x5a;
            let Ok(decoder) = Decoder::open(&broken) else { continue };
            if decoder.header().width > 4000
                || decoder.header().height > 4000
                || decoder.header().inks != Inks::Ycc
            {
                continue;
            }
            if let Ok(mut rows) = decoder.planes(8) {
                let mut read = vec![Vec::new(); 3];
                while rows.read(&mut read).unwrap_or(false) {}
            }
        }
    }
    assert!(matches!(Decoder::open(b"\xff\xd8\xff\xe0 no picture"), Err(Error::Damaged(_))));
    assert!(Decoder::open(b"").is_err());
}
