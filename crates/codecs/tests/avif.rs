//! AVIF both ways, and files that are none. `MEDIA_MANAGER_CORPUS` is what scripts/corpus.sh prints; `make test` sets it.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use codecs::avif::{self, Effort, Info};
use codecs::{Channels, Cicp, Decoded, Error, Limits, Metadata, Pixels};
use common::{LIMITS, corpus, gradient, likeness, photo};

const SRGB: Option<Cicp> = Some(Cicp { primaries: 1, transfer: 13 });

fn decode(file: &[u8]) -> Result<Decoded, Error> {
    avif::decode(file, &LIMITS)
}

fn encode(pixels: &Pixels, quality: u8) -> Vec<u8> {
    avif::encode(pixels, quality, Effort::Quick, Metadata::default()).unwrap()
}

#[test]
fn a_photograph_survives_and_quality_and_effort_tell() {
    let photo = photo("scikit-image/rocket.jpg");
    let mut before = (0, 0.0);
    for quality in [10, 50, 80, 100] {
        let file = encode(&photo, quality);
        let back = decode(&file).unwrap();
        assert_eq!((back.icc, back.exif, back.cicp), (None, None, SRGB));
        let likeness = likeness(&photo, &back.pixels);
        assert!(
            file.len() > before.0 && likeness > before.1,
            "{quality}: {} bytes, {likeness} dB",
            file.len()
        );
        before = (file.len(), likeness);
    }
    assert!(before.1 > 34.0, "{before:?}");
    // The scales of both efforts look alike, and the slower one takes fewer bytes for it.
    let (quick, thorough) =
        (encode(&photo, 75), avif::encode(&photo, 75, Effort::Thorough, Metadata::default()).unwrap());
    assert!(thorough.len() < quick.len(), "{} and {} bytes", thorough.len(), quick.len());
}

#[test]
fn colours_alpha_and_grey_stay_what_they_are() {
    for (channels, sample) in [
        (Channels::Rgb, &[255, 0, 0][..]),
        (Channels::Rgb, &[0, 200, 0]),
        (Channels::Rgb, &[255, 255, 255]),
        (Channels::Rgba, &[0, 0, 255, 255]),
        (Channels::Rgba, &[10, 20, 30, 0]),
        (Channels::Rgba, &[200, 100, 50, 128]),
        (Channels::Gray, &[0]),
        (Channels::Gray, &[77]),
        (Channels::Gray, &[255]),
    ] {
        for (width, height) in [(1, 1), (2, 3), (17, 16), (33, 1), (1, 40), (67, 65)] {
            let pixels =
                Pixels { width, height, channels, samples: sample.repeat((width * height) as usize) };
            let back = decode(&encode(&pixels, 95)).unwrap().pixels;
            assert_eq!((back.width, back.height, back.channels), (width, height, channels));
            for pixel in back.samples.chunks(channels.count()) {
                assert!(
                    pixel.iter().zip(sample).all(|(a, b)| a.abs_diff(*b) <= 4),
                    "{pixel:?}, not {sample:?}"
                );
            }
        }
    }
    let picture = gradient(61, 43, Channels::Rgba);
    let back = decode(&encode(&picture, 90)).unwrap().pixels;
    let alphas = picture.samples.chunks(4).zip(back.samples.chunks(4)).map(|(a, b)| a[3].abs_diff(b[3]));
    assert!(alphas.max() < Some(16));
    assert!(likeness(&picture, &back) > 30.0);
}

#[test]
fn metadata_is_written_and_read() {
    for channels in [Channels::Gray, Channels::Rgb, Channels::Rgba] {
        let picture = gradient(20, 10, channels);
        let (icc, exif) = (&[7; 301][..], &b"II*\0 something"[..]);
        for (icc, exif) in [(None, None), (Some(icc), None), (None, Some(exif)), (Some(icc), Some(exif))] {
            let file = avif::encode(&picture, 80, Effort::Quick, Metadata { icc, exif }).unwrap();
            let info = Info { width: 20, height: 10, alpha: channels == Channels::Rgba, animated: false };
            assert_eq!(avif::info(&file), Ok(info));
            let back = decode(&file).unwrap();
            assert_eq!((back.icc.as_deref(), back.exif.as_deref()), (icc, exif));
            let unspecified = Some(Cicp { primaries: 2, transfer: 2 });
            assert_eq!(back.cicp, if icc.is_some() { unspecified } else { SRGB });
            assert_eq!(back.pixels, decode(&encode(&picture, 80)).unwrap().pixels);
        }
    }
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let file = encode(&gradient(300, 200, Channels::Rgb), 80);
    let too_large = Error::TooLarge { width: 300, height: 200 };
    let with = |pixels, memory| avif::decode(&file, &Limits { pixels, memory });
    assert_eq!(with(59_999, u64::MAX).unwrap_err(), too_large);
    assert_eq!(with(60_000, 1 << 20).unwrap_err(), too_large);
    assert!(with(60_000, 16 << 20).is_ok());

    // A header that promises less than the data holds, and one that promises more.
    let place = file.windows(4).position(|name| name == b"ispe").unwrap() + 8;
    for (width, fits) in [(300_u32, true), (299, false), (301, false), (60_000, false), (0, false)] {
        let mut file = file.clone();
        file[place..place + 4].copy_from_slice(&width.to_be_bytes());
        assert_eq!(decode(&file).is_ok(), fits, "{width}");
    }

    let wide = Pixels { width: 65537, height: 1, channels: Channels::Gray, samples: vec![0; 65537] };
    let error = avif::encode(&wide, 80, Effort::Quick, Metadata::default()).unwrap_err();
    assert_eq!(error, Error::TooLarge { width: 65537, height: 1 });
    let short = Pixels { width: 10, height: 10, channels: Channels::Rgb, samples: vec![0; 299] };
    assert!(avif::encode(&short, 80, Effort::Quick, Metadata::default()).is_err());
}

#[test]
fn damaged_files_are_errors_and_nothing_worse() {
    let metadata = Metadata { icc: Some(&[1; 50]), exif: Some(b"MM\0*") };
    let file = avif::encode(&gradient(64, 48, Channels::Rgba), 60, Effort::Quick, metadata).unwrap();
    let turned = std::fs::read(corpus().join("pillow/avif/icc_profile_none.avif")).unwrap();
    for file in [file, turned] {
        for end in (0..file.len()).step_by(50) {
            assert!(decode(&file[..end]).is_err(), "{end} of {} bytes are a picture", file.len());
            _ = avif::info(&file[..end]);
        }
        for place in 0..file.len() {
            for bits in [0x55, 0x80] {
                let mut file = file.clone();
                file[place] ^= bits;
                if let (Ok(decoded), Ok(info)) = (decode(&file), avif::info(&file)) {
                    assert_eq!((decoded.pixels.width, decoded.pixels.height), (info.width, info.height));
                }
            }
        }
    }
    assert!(matches!(decode(b""), Err(Error::Damaged(_))));
    assert!(matches!(decode(b"GIF89a, not at all an AVIF file"), Err(Error::Damaged(_))));
    let heic = std::fs::read(corpus().join("pillow/avif/hopper.heif")).unwrap();
    assert!(matches!(decode(&heic), Err(Error::Unsupported(_))), "HEVC is no AV1");
}

#[test]
fn real_files_are_read() {
    let read = |name: &str| std::fs::read(corpus().join("pillow/avif").join(name)).unwrap();
    for (name, width, height, channels) in [
        ("hopper.avif", 128, 128, Channels::Rgb),
        ("hopper-missing-pixi.avif", 128, 128, Channels::Rgb),
        ("icc_profile.avif", 57, 57, Channels::Rgb),
        ("transparency.avif", 64, 64, Channels::Rgba),
        ("xmp_tags_orientation.avif", 326, 268, Channels::Rgb),
        ("exif.avif", 512, 512, Channels::Rgb),
        ("star.avifs", 159, 159, Channels::Rgba),
    ] {
        let decoded = decode(&read(name)).unwrap();
        let pixels = &decoded.pixels;
        assert_eq!((pixels.width, pixels.height, pixels.channels), (width, height, channels), "{name}");
        assert_eq!(avif::info(&read(name)).unwrap().animated, name == "star.avifs", "{name}");
        assert_eq!(
            decoded.icc.is_some(),
            matches!(name, "icc_profile.avif" | "xmp_tags_orientation.avif"),
            "{name}"
        );
        assert_eq!(decoded.exif.is_some(), name == "exif.avif", "{name}");
    }
    let original = photo("pillow/hopper.png");
    let likeness = likeness(&original, &decode(&read("hopper.avif")).unwrap().pixels);
    assert!(likeness > 26.0, "{likeness} dB");
}

/// Eight files of one photograph, each stored in another way and turned back by its properties.
#[test]
fn turned_and_mirrored_files_are_shown_as_they_are_meant() {
    let shown = |turns: u8, mirror: u8| {
        let name = format!("pillow/avif/rot{turns}mir{mirror}.avif");
        decode(&std::fs::read(corpus().join(name)).unwrap()).unwrap().pixels
    };
    let upright = shown(0, 0);
    for turns in 0..4 {
        for mirror in 0..2 {
            let other = shown(turns, mirror);
            assert_eq!((other.width, other.height), (640, 427));
            let likeness = likeness(&upright, &other);
            assert!(likeness > 22.0, "{turns} turns, mirror {mirror}: {likeness} dB");
        }
    }
}
