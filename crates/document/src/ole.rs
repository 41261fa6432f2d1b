//! The formats of Office before 2007: compound files.

mod properties;
mod slides;
mod text;
mod workbook;

use std::io::{Cursor, Read as _};

use cfb::CompoundFile;

use crate::{Error, Limits, Read};

pub(crate) use slides::ppt;
pub(crate) use text::doc;
pub(crate) use workbook::xls;

/// How a compound file begins.
const BEGINNING: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

pub(crate) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(BEGINNING)
}

/// Newer documents of Office that open with a password are compound files as well.
pub(crate) fn locked(bytes: &[u8], _: &Limits) -> Result<Read, Error> {
    let file = File::open(bytes)?;
    if !file.0.is_stream("/EncryptedPackage") {
        return Err(Error::broken("it is no zip"));
    }
    let mut read = Read::default();
    read.facts.encrypted = true;
    Ok(read)
}

/// A compound file: streams by name.
struct File<'a>(CompoundFile<Cursor<&'a [u8]>>);

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        CompoundFile::open(Cursor::new(bytes)).map(File).map_err(|error| Error::broken(error.to_string()))
    }

    /// A stream whole. It is no longer than the file.
    fn stream(&mut self, name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        let stream = self.0.open_stream(format!("/{name}")).ok()?;
        let mut whole = Vec::new();
        // What can be read of a damaged one counts.
        let _ = stream.take(bytes.len() as u64).read_to_end(&mut whole);
        Some(whole)
    }
}

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|eight| u64::from_le_bytes(*eight))
}

/// A text of UTF-16.
fn wide(bytes: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
}
