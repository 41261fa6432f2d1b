//! Fonts.

use codecs::Pixels;
use contract::transform::Size;
use facts::Facts;
use font::Error;
use media::inspect::Looked;

use super::Wrong;

/// Pixels across the specimen that stands for a font, by itself.
const WIDTH: u32 = 1200;

impl From<Error> for Wrong {
    fn from(error: Error) -> Wrong {
        match error {
            Error::Broken(_) => Wrong::Broken(error.to_string()),
            Error::Limit(_) => Wrong::TooMuch(error.to_string()),
            Error::Unsupported(_) => Wrong::Nothing,
        }
    }
}

/// Finds out what it is.
pub(super) fn look(bytes: &[u8]) -> Result<Looked, Wrong> {
    let facts = font::inspect(bytes)?;
    // How high a specimen is depends on what there is to show.
    let specimen = font::specimen(bytes, WIDTH);
    let picture = specimen.ok().map(|picture| Size { width: picture.width, height: picture.height });
    Ok(Looked { facts: Facts { font: Some(facts), picture, ..Facts::default() }, text: String::new() })
}

/// Draws its specimen.
pub(super) fn draw(bytes: &[u8], size: Size) -> Result<Pixels, Wrong> {
    Ok(font::specimen(bytes, size.width)?)
}

/// Writes it as WOFF2.
pub(super) fn compress(bytes: &[u8]) -> Result<Vec<u8>, Wrong> {
    Ok(font::to_woff2(bytes)?)
}
