use std::time::Duration;

use crate::pictures::{LIMITS, corpus, gradient, likeness, photo, ycc};
use codecs::webp::{self, Animation, AnimationEncoder, DecodeOptions, Frame, Window};
use codecs::{Channels, Error, Limits, Metadata, Pixels};

fn decode(file: &[u8]) -> Result<codecs::Decoded, Error> {
    webp::decode(file, &DecodeOptions::default(), &LIMITS)
}

#[test]
fn a_photograph_survives_and_quality_costs_bytes() {
    let photo = photo("scikit-image/rocket.jpg");
    let mut before = (0, 0.0);
    for quality in [10, 50, 80, 100] {
        let file = webp::encode(&photo, quality, Metadata::default()).unwrap();
        let back = decode(&file).unwrap().pixels;
        let likeness = likeness(&photo, &back);
        assert!(
            file.len() > before.0 && likeness > before.1,
            "{quality}: {} bytes, {likeness} dB",
            file.len()
        );
        before = (file.len(), likeness);
    }
    assert!(before.1 > 34.0, "{before:?}");
}

#[test]
fn luma_and_chroma_are_taken_as_they_are() {
    let photo = photo("scikit-image/rocket.jpg");
    let from_pixels = webp::encode(&photo, 80, Metadata::default()).unwrap();
    let mut planes = ycc(&photo);
    let from_planes = webp::encode_ycc(&planes, 80, Metadata::default()).unwrap();
    assert!(from_planes.len().abs_diff(from_pixels.len()) < from_pixels.len() / 50);
    let [one, other] = [from_pixels, from_planes].map(|file| decode(&file).unwrap().pixels);
    assert!(likeness(&one, &other) > 38.0, "{} dB", likeness(&one, &other));

    planes.cb.width -= 1;
    assert!(webp::encode_ycc(&planes, 80, Metadata::default()).is_err(), "fewer columns than samples");
    planes.cb = planes.y.clone();
    assert!(webp::encode_ycc(&planes, 80, Metadata::default()).is_err(), "as much chroma as luma");
}

#[test]
fn alpha_survives_without_loss() {
    let picture = gradient(61, 43, Channels::Rgba);
    let back = decode(&webp::encode(&picture, 80, Metadata::default()).unwrap()).unwrap().pixels;
    assert_eq!(back.channels, Channels::Rgba);
    let alphas = |pixels: &Pixels| pixels.samples.iter().skip(3).step_by(4).copied().collect::<Vec<_>>();
    assert_eq!(alphas(&back), alphas(&picture));
    // Colours too, where they can be seen.
    for (before, after) in
        picture.samples.chunks(4).zip(back.samples.chunks(4)).filter(|(pixel, _)| pixel[3] > 200)
    {
        assert!(before.iter().zip(after).all(|(a, b)| a.abs_diff(*b) < 24), "{before:?} became {after:?}");
    }
}

#[test]
fn colours_and_grey_stay_what_they_are() {
    for (channels, sample) in [
        (Channels::Rgb, &[255, 0, 0][..]),
        (Channels::Rgb, &[0, 200, 0]),
        (Channels::Rgb, &[0, 0, 255]),
        (Channels::Rgb, &[255, 255, 255]),
        (Channels::Gray, &[0]),
        (Channels::Gray, &[77]),
        (Channels::Gray, &[255]),
    ] {
        for (width, height) in [(1, 1), (2, 3), (17, 16), (33, 1), (1, 40)] {
            let pixels =
                Pixels { width, height, channels, samples: sample.repeat((width * height) as usize) };
            let back = decode(&webp::encode(&pixels, 95, Metadata::default()).unwrap()).unwrap().pixels;
            assert_eq!((back.width, back.height, back.channels), (width, height, Channels::Rgb));
            let expected: Vec<u8> = (0..3).map(|index| sample[index % sample.len()]).collect();
            for pixel in back.samples.chunks(3) {
                assert!(
                    pixel.iter().zip(&expected).all(|(a, b)| a.abs_diff(*b) <= 4),
                    "{pixel:?}, not {sample:?}"
                );
            }
        }
    }
}

#[test]
fn metadata_is_written_and_read() {
    for channels in [Channels::Rgb, Channels::Rgba] {
        let picture = gradient(20, 10, channels);
        let plain = webp::encode(&picture, 80, Metadata::default()).unwrap();
        let (icc, exif) = (&[7; 301][..], &b"II*\0 something"[..]);
        for (icc, exif) in [(None, None), (Some(icc), None), (None, Some(exif)), (Some(icc), Some(exif))] {
            let file = webp::encode(&picture, 80, Metadata { icc, exif }).unwrap();
            let back = decode(&file).unwrap();
            assert_eq!((back.icc.as_deref(), back.exif.as_deref()), (icc, exif));
            assert_eq!(back.pixels, decode(&plain).unwrap().pixels);
            assert_eq!(u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize + 8, file.len());
        }
    }
}

#[test]
fn a_window_and_a_smaller_size_are_parts_of_the_whole() {
    let photo = photo("scikit-image/rocket.jpg");
    let file = webp::encode(&photo, 90, Metadata::default()).unwrap();
    let whole = decode(&file).unwrap().pixels;
    let with = |crop, scale| webp::decode(&file, &DecodeOptions { crop, scale }, &LIMITS).map(|it| it.pixels);

    let window = Window { left: 100, top: 32, width: 200, height: 150 };
    let cropped = with(Some(window), None).unwrap();
    assert_eq!((cropped.width, cropped.height), (200, 150));
    // But for the edge, whose colours lack their neighbours.
    for (row, samples) in cropped.samples.chunks(200 * 3).enumerate().skip(1).take(148) {
        let start = ((row + 32) * whole.width as usize + 100) * 3;
        assert!(samples[3..199 * 3] == whole.samples[start + 3..start + 199 * 3], "row {row}");
    }
    let odd = with(Some(Window { left: 101, top: 33, ..window }), None).unwrap();
    let green = |pixels: &Pixels, x: usize, y: usize| pixels.samples[(y * 200 + x) * 3 + 1];
    let near = (1..148)
        .flat_map(|y| (1..198).map(move |x| (x, y)))
        .filter(|(x, y)| green(&odd, *x, *y).abs_diff(green(&cropped, x + 1, y + 1)) < 12);
    assert!(near.count() > 197 * 147 * 98 / 100, "a window starts where it is asked to");

    // Halves by libwebp against means of four pixels.
    let (width, height) = (whole.width / 2, whole.height / 2);
    let half =
        with(Some(Window { left: 0, top: 0, width: width * 2, height: height * 2 }), Some((width, height)))
            .unwrap();
    let at = |x: u32, y: u32, channel: u32| {
        u32::from(whole.samples[((y * whole.width + x) * 3 + channel) as usize])
    };
    let places = (0..height).flat_map(|y| (0..width).flat_map(move |x| (0..3).map(move |c| (x, y, c))));
    let means = places.map(|(x, y, c)| {
        ((at(2 * x, 2 * y, c)
            + at(2 * x + 1, 2 * y, c)
            + at(2 * x, 2 * y + 1, c)
            + at(2 * x + 1, 2 * y + 1, c))
            / 4) as u8
    });
    let means = Pixels { width, height, channels: Channels::Rgb, samples: means.collect() };
    assert!(likeness(&half, &means) > 35.0, "{}", likeness(&half, &means));

    let outside = Window { left: 600, top: 0, width: 41, height: 10 };
    for (crop, scale) in [
        (Some(outside), None),
        (Some(Window { left: u32::MAX, ..outside }), None),
        (Some(Window { width: 0, ..outside }), None),
        (None, Some((641, 427))),
        (None, Some((0, 10))),
        (Some(window), Some((201, 10))),
    ] {
        assert!(matches!(with(crop, scale), Err(Error::Failed(_))), "{crop:?} {scale:?}");
    }
}

fn frames(count: u8, channels: Channels) -> Vec<Frame> {
    let frame = |index: u8| {
        let mut pixels = gradient(40, 30, channels);
        let step = channels.count();
        for row in 0..8 {
            let start = (row * 40 + usize::from(index) * 6) * step;
            pixels.samples[start..start + 6 * step].fill(255);
        }
        Frame { pixels, duration: Duration::from_millis(40 + 10 * u64::from(index)) }
    };
    (0..count).map(frame).collect()
}

fn animation(frames: &[Frame], loops: u16) -> Vec<u8> {
    let mut encoder = AnimationEncoder::new((40, 30), loops, 90).unwrap();
    for frame in frames {
        encoder.add(&frame.pixels, frame.duration).unwrap();
    }
    encoder.finish(Metadata { icc: Some(&[9; 33]), exif: None }).unwrap()
}

#[test]
fn an_animation_keeps_frames_durations_and_loops() {
    for channels in [Channels::Rgb, Channels::Rgba] {
        let before = frames(5, channels);
        let file = animation(&before, 3);
        let info = webp::info(&file).unwrap();
        assert!(info.animated && (info.width, info.height) == (40, 30));
        let reading = Animation::open(&file, &LIMITS).unwrap();
        assert_eq!((reading.width, reading.height, reading.frames, reading.loops), (40, 30, 5, 3));
        assert_eq!(reading.icc.as_deref(), Some(&[9; 33][..]));
        let after: Vec<Frame> = reading.map(Result::unwrap).collect();
        assert_eq!(after.len(), before.len());
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before.duration, after.duration);
            let step = before.pixels.channels.count();
            let far = before.pixels.samples.chunks(step).zip(after.pixels.samples.chunks(4)).filter(
                |(before, after)| {
                    let opaque = *before.get(3).unwrap_or(&255) > 250;
                    opaque && before[..3].iter().zip(*after).any(|(a, b)| a.abs_diff(*b) > 40)
                },
            );
            assert!(far.count() < 40 * 30 / 20);
        }
        assert!(matches!(decode(&file), Err(Error::Unsupported(_))));
    }
}

#[test]
fn an_animation_refuses_what_does_not_fit() {
    let mut encoder = AnimationEncoder::new((40, 30), 0, 80).unwrap();
    assert!(encoder.add(&gradient(41, 30, Channels::Rgb), Duration::ZERO).is_err());
    assert!(encoder.add(&gradient(40, 30, Channels::Rgb), Duration::from_secs(1 << 40)).is_err());
    assert!(encoder.finish(Metadata::default()).is_err(), "no frame, no file");
    assert!(AnimationEncoder::new((16384, 1), 0, 80).is_err());
    assert!(AnimationEncoder::new((0, 1), 0, 80).is_err());
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    let file = webp::encode(&gradient(300, 200, Channels::Rgb), 80, Metadata::default()).unwrap();
    let too_large = Error::TooLarge { width: 300, height: 200 };
    let with = |pixels, memory| webp::decode(&file, &DecodeOptions::default(), &Limits { pixels, memory });
    assert_eq!(with(59_999, u64::MAX).unwrap_err(), too_large);
    assert_eq!(with(60_000, 180_000).unwrap_err(), too_large);
    assert!(with(60_000, 1 << 20).is_ok());
    let opened = |pixels, memory| Animation::open(&file, &Limits { pixels, memory }).map(drop);
    assert_eq!(opened(59_999, u64::MAX).unwrap_err(), too_large);
    assert_eq!(opened(60_000, 900_000).unwrap_err(), too_large);
    assert!(opened(60_000, 64 << 20).is_ok());

    // Codes for each 4 × 4 pixels are possible where there is no loss, in a file that is long enough for them.
    let lossless = std::fs::read(corpus().join("pillow/transparent.webp")).unwrap();
    let with =
        |memory| webp::decode(&lossless, &DecodeOptions::default(), &Limits { pixels: 1 << 20, memory });
    assert_eq!(with(16 << 20).unwrap_err(), Error::TooLarge { width: 200, height: 150 });
    assert!(with(32 << 20).is_ok());

    let wide = Pixels { width: 16384, height: 1, channels: Channels::Rgb, samples: vec![0; 16384 * 3] };
    assert_eq!(
        webp::encode(&wide, 80, Metadata::default()).unwrap_err(),
        Error::TooLarge { width: 16384, height: 1 }
    );
    let short = Pixels { width: 10, height: 10, channels: Channels::Rgb, samples: vec![0; 299] };
    assert!(webp::encode(&short, 80, Metadata::default()).is_err());
    assert!(webp::encode(&Pixels { samples: vec![], width: 0, ..short }, 80, Metadata::default()).is_err());
}

#[test]
fn damaged_files_are_errors_and_nothing_worse() {
    let picture = gradient(64, 48, Channels::Rgba);
    let still = webp::encode(&picture, 80, Metadata { icc: Some(&[1; 50]), exif: None }).unwrap();
    let moving = animation(&frames(3, Channels::Rgba), 0);
    let lossless = std::fs::read(corpus().join("pillow/transparent.webp")).unwrap();
    for file in [still, moving, lossless] {
        for end in (0..file.len()).step_by(50) {
            assert!(decode(&file[..end]).is_err(), "{end} of {} bytes are a picture", file.len());
            let read =
                Animation::open(&file[..end], &LIMITS).map(|frames| frames.collect::<Result<Vec<_>, _>>());
            assert!(!matches!(read, Ok(Ok(_))), "{end} of {} bytes are an animation", file.len());
        }
        // Damaged bytes may still be some picture, but of no other size than the header says.
        for place in 0..file.len() {
            let mut file = file.clone();
            file[place] ^= 0x55;
            if let (Ok(decoded), Ok(info)) = (decode(&file), webp::info(&file)) {
                assert_eq!((decoded.pixels.width, decoded.pixels.height), (info.width, info.height));
            }
            if let Ok(frames) = Animation::open(&file, &LIMITS) {
                frames.take(10).for_each(drop);
            }
        }
    }
    assert!(matches!(decode(b""), Err(Error::Damaged(_))));
    assert!(matches!(decode(b"GIF89a, not at all a WebP file"), Err(Error::Damaged(_))));
}

#[test]
fn real_files_are_read() {
    for (name, width, height, alpha) in [
        ("pillow/hopper.webp", 128, 128, false),
        ("pillow/hopper_orientation_6.webp", 128, 128, false),
        ("pillow/flower.webp", 480, 360, false),
        ("pillow/transparent.webp", 200, 150, true),
    ] {
        let file = std::fs::read(corpus().join(name)).unwrap();
        let info = webp::info(&file).unwrap();
        assert_eq!(
            (info.width, info.height, info.alpha, info.animated),
            (width, height, alpha, false),
            "{name}"
        );
        let decoded = decode(&file).unwrap();
        assert_eq!((decoded.pixels.width, decoded.pixels.height), (width, height), "{name}");
        assert_eq!(decoded.pixels.channels == Channels::Rgba, alpha, "{name}");
        // Another decoder sees the same picture.
        let other = image::open(corpus().join(name)).unwrap().into_rgba8().into_raw();
        let step = decoded.pixels.channels.count();
        let far = decoded.pixels.samples.chunks(step).zip(other.chunks(4)).filter(|(ours, theirs)| {
            theirs[3] > 0 && ours.iter().zip(*theirs).any(|(a, b)| a.abs_diff(*b) > 8)
        });
        let far = far.count();
        assert!(far < (width * height / 100) as usize, "{name}: {far} pixels are others");
    }
    let turned = std::fs::read(corpus().join("pillow/hopper_orientation_6.webp")).unwrap();
    let exif = decode(&turned).unwrap().exif.unwrap();
    assert!(exif.starts_with(b"MM\0*") || exif.starts_with(b"II*\0"), "{:?}", &exif[..8]);

    let file = std::fs::read(corpus().join("pillow/iss634.webp")).unwrap();
    let animation = Animation::open(&file, &LIMITS).unwrap();
    let (frames, size) = (animation.frames, (animation.width, animation.height));
    let all: Vec<Frame> = animation.map(Result::unwrap).collect();
    assert!(frames > 1 && all.len() == frames as usize);
    let durations: Vec<_> = all.iter().map(|frame| frame.duration.as_millis()).collect();
    assert!(all.iter().all(|frame| (frame.pixels.width, frame.pixels.height) == size), "{durations:?}");
    assert!(durations[1..].iter().all(|length| [60, 70].contains(length)), "{durations:?}");
}
