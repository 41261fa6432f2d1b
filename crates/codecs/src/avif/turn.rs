//! Cropping, turning and mirroring of decoded pictures.

use super::boxes::{Aperture, Mirror};
use crate::{Error, Pixels, room};

/// The part of a picture that its clean aperture shows: left, top, and size.
pub(super) fn window(aperture: &Aperture, width: u32, height: u32) -> Result<(u32, u32, (u32, u32)), Error> {
    let [across, down, right, below] = aperture;
    let side = |length: &(u32, u32), offset: &(u32, u32), whole: u32| {
        let quotient = |over: i64, under: i64| (under != 0 && over % under == 0).then(|| over / under);
        let length = quotient(length.0.into(), length.1.into())?;
        // The offset is from centre to centre, and signed.
        let (over, under) = (i64::from(offset.0 as i32), i64::from(offset.1));
        let start = quotient((i64::from(whole) - length) * under + 2 * over, 2 * under)?;
        let fits = length > 0 && start >= 0 && start + length <= i64::from(whole);
        fits.then_some((start as u32, length as u32))
    };
    match (side(across, right, width), side(down, below, height)) {
        (Some((left, width)), Some((top, height))) => Ok((left, top, (width, height))),
        _ => Err(Error::Damaged("the part of it to show is not within it".to_owned())),
    }
}

pub(super) fn crop(mut pixels: Pixels, left: u32, top: u32, width: u32, height: u32) -> Pixels {
    let step = pixels.channels.count();
    let (stride, length) = (pixels.width as usize * step, width as usize * step);
    for row in 0..height as usize {
        let start = (row + top as usize) * stride + left as usize * step;
        pixels.samples.copy_within(start..start + length, row * length);
    }
    pixels.samples.truncate(height as usize * length);
    Pixels { width, height, ..pixels }
}

/// Turns anticlockwise by quarters, then mirrors.
pub(super) fn turned(pixels: Pixels, turns: u8, mirror: Option<Mirror>) -> Result<Pixels, Error> {
    if turns == 0 && mirror.is_none() {
        return Ok(pixels);
    }
    let step = pixels.channels.count();
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    let (across, down) = if turns % 2 == 1 { (height, width) } else { (width, height) };
    let mut samples = room(pixels.samples.len())?;
    for y in 0..down {
        for x in 0..across {
            let (x, y) = match mirror {
                Some(Mirror::LeftRight) => (across - 1 - x, y),
                Some(Mirror::TopBottom) => (x, down - 1 - y),
                None => (x, y),
            };
            let (x, y) = match turns {
                0 => (x, y),
                1 => (width - 1 - y, x),
                2 => (width - 1 - x, height - 1 - y),
                _ => (y, height - 1 - x),
            };
            samples.extend_from_slice(&pixels.samples[(y * width + x) * step..][..step]);
        }
    }
    Ok(Pixels { width: across as u32, height: down as u32, channels: pixels.channels, samples })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;

    fn letters(width: u32, text: &str) -> Pixels {
        let height = text.len() as u32 / width;
        Pixels { width, height, channels: Channels::Gray, samples: text.as_bytes().to_vec() }
    }

    #[test]
    fn turns_are_anticlockwise_and_mirrors_follow() {
        for (turns, mirror, width, expected) in [
            (0, None, 3, "abcdef"),
            (1, None, 2, "cfbead"),
            (2, None, 3, "fedcba"),
            (3, None, 2, "daebfc"),
            (0, Some(Mirror::LeftRight), 3, "cbafed"),
            (0, Some(Mirror::TopBottom), 3, "defabc"),
            (1, Some(Mirror::LeftRight), 2, "fcebda"),
            (1, Some(Mirror::TopBottom), 2, "adbecf"),
        ] {
            assert_eq!(turned(letters(3, "abcdef"), turns, mirror), Ok(letters(width, expected)), "{turns}");
        }
    }

    #[test]
    fn the_aperture_is_cut_out() {
        let aperture = [(2, 1), (4, 2), (1, 2), (-1_i32 as u32, 2)];
        let (left, top, (width, height)) = window(&aperture, 3, 3).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((left, top, width, height), (1, 0, 2, 2));
        assert_eq!(crop(letters(3, "abcdefghi"), left, top, width, height), letters(2, "bcef"));
        for wrong in [
            [(4, 1), (1, 1), (0, 1), (0, 1)],
            [(2, 1), (1, 1), (0, 1), (0, 1)],
            [(1, 1), (1, 1), (2, 1), (0, 1)],
            [(1, 1), (1, 1), (0, 0), (0, 1)],
            [(1, 0), (1, 1), (0, 1), (0, 1)],
            [(0, 1), (1, 1), (0, 1), (0, 1)],
            [(u32::MAX, 1), (1, u32::MAX), (u32::MAX, u32::MAX), (1 << 31, 1)],
        ] {
            assert!(window(&wrong, 3, 3).is_err(), "{wrong:?}");
        }
    }
}
