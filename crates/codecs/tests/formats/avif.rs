use crate::pictures::{LIMITS, corpus, gradient, likeness, photo, ycc};
use codecs::avif::{self, Effort, Info};
use codecs::{Channels, Cicp, Decoded, Error, Limits, Metadata, Pixels};

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
fn luma_and_chroma_are_taken_as_they_are() {
    let photo = photo("scikit-image/rocket.jpg");
    let from_pixels = encode(&photo, 80);
    let mut planes = ycc(&photo);
    let from_planes = avif::encode_ycc(&planes, 80, Effort::Quick, Metadata::default()).unwrap();
    assert!(from_planes.len().abs_diff(from_pixels.len()) < from_pixels.len() / 50);
    let [one, other] = [from_pixels, from_planes].map(|file| decode(&file).unwrap().pixels);
    assert!(likeness(&one, &other) > 40.0, "{} dB", likeness(&one, &other));

    planes.cr = planes.y.clone();
    assert!(avif::encode_ycc(&planes, 80, Effort::Quick, Metadata::default()).is_err());
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

/// A box, whose name may be followed by a version.
fn one_box(name: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    [&(content.len() as u32 + 4 + name.len() as u32).to_be_bytes()[..], name, &content].concat()
}

/// A file of one picture made of tiles, as cameras write them: 256 pixels each, the grid itself in an `idat` box.
fn grid(photo: &Pixels, turns: u8) -> Vec<u8> {
    const SIDE: usize = 256;
    let (width, height) = (photo.width as usize, photo.height as usize);
    let (columns, rows) = (width.div_ceil(SIDE), height.div_ceil(SIDE));
    let tile = |index: usize| {
        let (left, top) = (index % columns * SIDE, index / columns * SIDE);
        let places = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
        let samples = places.flat_map(|(x, y)| {
            let start = ((top + y).min(height - 1) * width + (left + x).min(width - 1)) * 3;
            photo.samples[start..start + 3].iter().copied()
        });
        let (width, height, channels) = (SIDE as u32, SIDE as u32, Channels::Rgb);
        let file = encode(&Pixels { width, height, channels, samples: samples.collect() }, 95);
        let start = file.windows(4).position(|name| name == b"mdat").unwrap() + 4;
        file[start..].to_vec()
    };
    let tiles: Vec<Vec<u8>> = (0..columns * rows).map(tile).collect();
    let size =
        |width: usize, height: usize| [(width as u16).to_be_bytes(), (height as u16).to_be_bytes()].concat();
    let grid = [&[0, 0, rows as u8 - 1, columns as u8 - 1][..], &size(width, height)].concat();

    let ispe = |width: usize, height: usize| {
        one_box(b"ispe\0\0\0\0", &[&(width as u32).to_be_bytes(), &(height as u32).to_be_bytes()])
    };
    let properties = [ispe(width, height), ispe(SIDE, SIDE), one_box(b"irot", &[&[turns]])].concat();
    let count = tiles.len() as u16 + 1;
    let ids: Vec<[u8; 2]> = (2..=count).map(u16::to_be_bytes).collect();
    let info = |id: &[u8; 2], kind: &[u8]| one_box(b"infe\x02\0\0\0", &[id, &[0; 2], kind, &[0]]);
    let infos: Vec<u8> = ids.iter().flat_map(|id| info(id, b"av01")).collect();
    let owned: Vec<u8> = ids.iter().flat_map(|id| [id[0], id[1], 1, 2]).collect();
    let meta = |start: usize| {
        let mut locations =
            [&[0, 1, 0, 1, 0, 0, 0, 1][..], &0_u32.to_be_bytes(), &8_u32.to_be_bytes()].concat();
        let mut offset = start as u32;
        for (id, tile) in ids.iter().zip(&tiles) {
            locations.extend([id, &[0; 2][..], &[0, 0, 0, 1], &offset.to_be_bytes()].concat());
            locations.extend((tile.len() as u32).to_be_bytes());
            offset += tile.len() as u32;
        }
        let boxes = [
            one_box(b"pitm\0\0\0\0", &[&[0, 1]]),
            one_box(b"iinf\0\0\0\0", &[&count.to_be_bytes(), &info(&[0, 1], b"grid"), &infos]),
            one_box(b"iloc\x01\0\0\0", &[&[0x44, 0], &count.to_be_bytes(), &locations]),
            one_box(
                b"iref\0\0\0\0",
                &[&one_box(b"dimg", &[&[0, 1], &(count - 1).to_be_bytes(), &ids.concat()])],
            ),
            one_box(
                b"iprp",
                &[
                    &one_box(b"ipco", &[&properties]),
                    &one_box(
                        b"ipma\0\0\0\0",
                        &[&u32::from(count).to_be_bytes(), &[0, 1, 2, 1, 0x83], &owned],
                    ),
                ],
            ),
            one_box(b"idat", &[&grid]),
        ];
        one_box(b"meta\0\0\0\0", &[&boxes.concat()])
    };
    let start = one_box(b"ftyp", &[b"avif\0\0\0\0avifmif1"]);
    let data = start.len() + meta(0).len() + 8;
    [start, meta(data), one_box(b"mdat", &[&tiles.concat()])].concat()
}

#[test]
fn a_picture_of_tiles_is_put_together() {
    let photo = photo("scikit-image/rocket.jpg");
    let file = grid(&photo, 0);
    let back = decode(&file).unwrap().pixels;
    assert!(likeness(&photo, &back) > 30.0, "{} dB", likeness(&photo, &back));

    let turned = grid(&photo, 2);
    let mut upside_down = decode(&turned).unwrap().pixels;
    let pixels: Vec<[u8; 3]> = upside_down.samples.as_chunks().0.iter().rev().copied().collect();
    upside_down.samples = pixels.into_flattened();
    assert_eq!(upside_down, back);
    let aside = grid(&photo, 1);
    let info = Info { width: 427, height: 640, alpha: false, animated: false };
    assert_eq!(avif::info(&aside), Ok(info));
    assert_eq!(decode(&aside).map(|it| (it.pixels.width, it.pixels.height)), Ok((427, 640)));

    // One tile less than the grid needs, and one that lies nowhere.
    let place = file.windows(4).position(|name| name == b"dimg").unwrap();
    let mut fewer = file.clone();
    fewer[place + 7] -= 1;
    assert!(matches!(decode(&fewer), Err(Error::Damaged(_))));
    let mut strange = file.clone();
    strange[place + 9] = 99;
    assert!(decode(&strange).is_err());
    for end in (0..file.len()).step_by(997) {
        assert!(decode(&file[..end]).is_err(), "{end} of {} bytes are a picture", file.len());
    }
}
