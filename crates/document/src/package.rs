//! The parts of a document that is a zip.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::xml::{self, Flow, Node};
use crate::{Error, Limits};

/// Parts that a document may have.
const MOST_PARTS: usize = 50_000;

/// A document that is a zip, with the bytes that may still be unpacked of it.
pub(crate) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    room: u64,
}

impl<'a> Package<'a> {
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| Error::broken(error.to_string()))?;
        if zip.len() > MOST_PARTS {
            return Err(Error::limit(format!("it has {} parts", zip.len())));
        }
        Ok(Self { zip, room: limits.unpacked })
    }

    /// Names of all parts.
    pub(crate) fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.zip.file_names().flatten()
    }

    /// Lets `use_it` read a part; `None` where there is none of this name.
    pub(crate) fn part<T>(
        &mut self,
        name: &str,
        use_it: impl FnOnce(&mut dyn BufRead) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let entry = match self.zip.by_name(name) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(Error::broken(format!("{name}: {error}"))),
        };
        let mut bounded = BufReader::new(entry.take(self.room));
        let used = use_it(&mut bounded);
        let left = bounded.into_inner().limit();
        self.room = left;
        if left == 0 {
            return Err(Error::limit("it unpacks to too much"));
        }
        used.map(Some)
    }

    /// Walks through a part that is XML; nothing happens where there is none.
    pub(crate) fn walk(&mut self, name: &str, visit: impl FnMut(Node<'_>) -> Flow) -> Result<bool, Error> {
        Ok(self.part(name, |part| xml::walk(part, visit))?.is_some())
    }

    /// A part whole, where it has at most `most` bytes.
    pub(crate) fn whole(&mut self, name: &str, most: u64) -> Result<Option<Vec<u8>>, Error> {
        let whole = self.part(name, |part| {
            let mut whole = Vec::new();
            let read = part.take(most + 1).read_to_end(&mut whole);
            read.map_err(|error| Error::broken(error.to_string())).map(|_| whole)
        })?;
        Ok(whole.filter(|whole| whole.len() as u64 <= most))
    }
}

/// The path of a part as another part names it.
pub(crate) fn resolved(base: &str, target: &str) -> String {
    let mut parts: Vec<&str> = match (target.starts_with('/'), base.rsplit_once('/')) {
        (false, Some((folder, _))) => folder.split('/').collect(),
        _ => Vec::new(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
