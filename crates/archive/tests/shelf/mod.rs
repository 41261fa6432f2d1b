//! What the tests of archives share.
#![allow(dead_code)]

use std::path::Path;

use archive::{Error, Limits};
use contract::formats::Format;
use facts::{ArchiveFacts, Entry};

pub(crate) fn look(bytes: &[u8], format: &'static Format) -> Result<(ArchiveFacts, Vec<Entry>), Error> {
    within(bytes, format, &Limits::default())
}

pub(crate) fn within(
    bytes: &[u8],
    format: &'static Format,
    limits: &Limits,
) -> Result<(ArchiveFacts, Vec<Entry>), Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    std::fs::write(&path, bytes).unwrap();
    at(&path, format, limits)
}

pub(crate) fn at(
    path: &Path,
    format: &'static Format,
    limits: &Limits,
) -> Result<(ArchiveFacts, Vec<Entry>), Error> {
    let mut entries = Vec::new();
    let facts = archive::list(path, format, limits, &mut |entry| entries.push(entry))?;
    Ok((facts, entries))
}

pub(crate) fn names(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.name.as_str()).collect()
}

/// Everything that is said of an archive.
pub(crate) fn sentences(facts: &ArchiveFacts) -> String {
    facts.warnings.join("\n")
}

pub(crate) fn tar_of(fill: impl FnOnce(&mut tar::Builder<Vec<u8>>)) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    fill(&mut builder);
    builder.into_inner().unwrap()
}
