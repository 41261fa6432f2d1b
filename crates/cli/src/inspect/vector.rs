//! Drawings.

use codecs::Pixels;
use contract::transform::Size;
use facts::{Facts, ImageFacts};
use media::inspect::Looked;
use media::probe;
use vector::{Cleaned, Error, Limits};

use super::Wrong;

/// Longer side of the copy that colours are taken from, in pixels.
const COPY: u32 = 100;
/// Longest side that a drawing is said to have, in pixels.
const LONGEST: f64 = 60_000.0;

impl From<Error> for Wrong {
    fn from(error: Error) -> Wrong {
        match error {
            Error::Broken(_) => Wrong::Broken(error.to_string()),
            Error::Limit(_) => Wrong::TooMuch(error.to_string()),
        }
    }
}

fn cleaned(bytes: &[u8]) -> Result<Cleaned, Wrong> {
    Ok(vector::clean(bytes, &Limits::default())?)
}

/// Finds out how large it is, and which colours it has.
pub(super) fn look(bytes: &[u8]) -> Result<Looked, Wrong> {
    let drawing = cleaned(bytes)?;
    let measured = vector::measure(&drawing)?;
    let scale = (LONGEST / measured.width.max(measured.height)).min(1.0);
    let side = |side: f64| (side * scale).round().max(1.0) as u32;
    let (width, height) = (side(measured.width), side(measured.height));
    let copy = small(width, height);
    let (image, notice) = match vector::draw(&drawing, copy.width, copy.height, &Limits::default()) {
        Ok(pixels) => (probe::drawn(&pixels, width, height), None),
        // It may be served all the same.
        Err(error) => (unseen(width, height), Some(format!("it could not be drawn: {error}"))),
    };
    let image = ImageFacts { animated: measured.animated, ..image };
    let facts = Facts { image: Some(image), notice, ..Facts::default() };
    Ok(Looked { facts, text: String::new() })
}

fn small(width: u32, height: u32) -> Size {
    let scale = f64::from(COPY) / f64::from(width.max(height));
    let side = |side: u32| (f64::from(side) * scale).round().clamp(1.0, f64::from(COPY)) as u32;
    Size { width: side(width), height: side(height) }
}

fn unseen(width: u32, height: u32) -> ImageFacts {
    ImageFacts {
        width,
        height,
        orientation: 1,
        animated: false,
        prominent: None,
        palette: Vec::new(),
        focus: None,
        thumbhash: None,
        blurhash: None,
    }
}

/// Draws it.
pub(super) fn draw(bytes: &[u8], size: Size) -> Result<Pixels, Wrong> {
    Ok(vector::draw(&cleaned(bytes)?, size.width, size.height, &Limits::default())?)
}

/// The drawing without what might act.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, Wrong> {
    Ok(cleaned(bytes)?.svg().as_bytes().to_vec())
}
