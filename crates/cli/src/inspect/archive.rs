//! Archives.

use std::path::Path;

use archive::{Error, Limits};
use contract::formats::Format;
use facts::Facts;
use media::inspect::Looked;

use super::Wrong;

impl From<Error> for Wrong {
    fn from(error: Error) -> Wrong {
        match error {
            Error::Broken(_) => Wrong::Broken(error.to_string()),
            Error::Limit(_) | Error::Unsupported(_) | Error::Read(_) => Wrong::TooMuch(error.to_string()),
        }
    }
}

/// Counts what is in it.
pub(super) fn look(path: &Path, format: &'static Format) -> Result<Looked, Wrong> {
    let facts = archive::list(path, format, &Limits::default(), &mut |_| {})?;
    Ok(Looked { facts: Facts { archive: Some(facts), ..Facts::default() }, text: String::new() })
}

/// Lists what is in it, an entry a line, as JSON.
pub(super) fn list(path: &Path, format: &'static Format, entries: u64) -> Result<Vec<u8>, Wrong> {
    let mut lines = Vec::new();
    let limits = Limits { entries, ..Limits::default() };
    archive::list(path, format, &limits, &mut |entry| {
        // An entry of texts and numbers can be written, and memory doesn't fail.
        if serde_json::to_writer(&mut lines, &entry).is_ok() {
            lines.push(b'\n');
        }
    })?;
    Ok(lines)
}
