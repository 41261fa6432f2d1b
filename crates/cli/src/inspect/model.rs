//! 3D models.

use codecs::Pixels;
use contract::formats::Format;
use contract::transform::Size;
use facts::Facts;
use media::inspect::Looked;
use model::{Error, Limits};

use super::Wrong;

/// Pixels of a side of the picture that stands for a model, by itself.
const SIDE: u32 = 1024;
/// The same of one that shows whether there is anything to see.
const TRIAL: u32 = 16;

impl From<Error> for Wrong {
    fn from(error: Error) -> Wrong {
        match error {
            Error::Broken(_) => Wrong::Broken(error.to_string()),
            Error::Limit(_) => Wrong::TooMuch(error.to_string()),
            Error::Unsupported(_) => Wrong::Nothing,
        }
    }
}

/// Measures it.
pub(super) fn look(bytes: &[u8], format: &'static Format) -> Result<Looked, Wrong> {
    let facts = model::inspect(bytes, format, &Limits::default())?;
    // Triangles may be counted that lie in another file.
    let shows = facts.triangles > 0 && model::draw(bytes, format, TRIAL, &Limits::default()).is_ok();
    let picture = shows.then_some(Size { width: SIDE, height: SIDE });
    Ok(Looked { facts: Facts { model: Some(facts), picture, ..Facts::default() }, text: String::new() })
}

/// Draws it.
pub(super) fn draw(bytes: &[u8], format: &'static Format, size: Size) -> Result<Pixels, Wrong> {
    Ok(model::draw(bytes, format, size.width.max(size.height), &Limits::default())?)
}
