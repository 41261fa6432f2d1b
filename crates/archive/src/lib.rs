//! What is in an archive, without unpacking any of it.
//!
//! An archive is read where it lies, entry by entry, and what was read is forgotten: memory depends on the limits, never
//! on the archive. Nothing is believed: sizes are bounded before memory is taken, and what would surprise whoever unpacks
//! it is said in sentences. Everything here blocks.

mod dates;
mod input;
mod look;
mod names;
mod rar;
mod sevenz;
mod stream;
mod tar;
mod zip;

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use contract::formats::{self, Format};
use facts::{ArchiveFacts, Entry};

use look::Look;

/// What looking into one archive may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most entries that are told. Their names are remembered by 8 bytes each to find those that come twice.
    pub entries: u64,
    /// Most bytes that are decompressed, to find headers between contents and to check sizes.
    pub unpacked: u64,
    /// Most bytes of memory that a decompressor, or a list that is itself compressed, may take.
    pub memory: u64,
    /// When to stop: time of the calling thread on a core, so that a busy machine sees as much as an idle one. Checked
    /// between pieces of some 64 KiB.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 100_000, unpacked: 4 << 30, memory: 256 << 20, time: Duration::from_secs(8) }
    }
}

/// Why there is nothing to tell of an archive.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not what its format asks for, from its beginning on.
    #[error("{0}")]
    Broken(String),
    /// It asks for more than the limits allow before anything is known of it.
    #[error("{0}")]
    Limit(String),
    /// It is of a kind that isn't read here.
    #[error("{0}")]
    Unsupported(String),
    /// The file can't be read.
    #[error("the file could not be read: {0}")]
    Read(#[from] io::Error),
}

/// Tells every entry of an archive, in the order it has them, and then what is known of the whole.
///
/// What is damaged further on is told as far as it can be read ([`ArchiveFacts::damaged`]); where a limit is reached, the
/// rest is left out ([`ArchiveFacts::more`]).
///
/// # Errors
///
/// [`Error::Broken`] and [`Error::Limit`] where not even the first entry, or the lack of any, is certain.
pub fn list(
    path: &Path,
    format: &'static Format,
    limits: &Limits,
    entry: &mut dyn FnMut(Entry),
) -> Result<ArchiveFacts, Error> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut look = Look::new(limits, length, entry);
    let read = match format.name {
        name if name == formats::ZIP.name => zip::list(file, length, &mut look),
        name if name == formats::TAR.name => tar::list(&mut input::Stored::new(file, length), &mut look),
        name if name == formats::SEVEN_ZIP.name => sevenz::list(file, length, &mut look),
        name if name == formats::RAR.name => rar::list(file, length, &mut look),
        _ => stream::list(file, length, format, &mut look),
    };
    look.end(read)
}
