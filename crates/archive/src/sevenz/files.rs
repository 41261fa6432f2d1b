//! The files of a list: each property stands in a row of its own, for all files.

use facts::Entry;

use crate::dates;
use crate::look::{Look, Stop, Trick};

use super::header::{self as h, Bits, Bytes, broken};
use super::streams::Streams;

/// Tells the entries of a list, behind its mark.
pub(super) fn tell(mut bytes: Bytes<'_>, look: &mut Look<'_>) -> Result<(), Stop> {
    let mut streams = Streams::none();
    loop {
        match bytes.u8()? {
            h::END => return Ok(()),
            h::ARCHIVE_PROPERTIES => while property(&mut bytes)?.is_some() {},
            h::ADDITIONAL_STREAMS => drop(Streams::read(&mut bytes)?),
            h::MAIN_STREAMS => streams = Streams::read(&mut bytes)?,
            h::FILES => return Files::read(&mut bytes)?.tell(&streams, look),
            _ => return Err(broken()),
        }
    }
}

fn property<'a>(bytes: &mut Bytes<'a>) -> Result<Option<(u8, Bytes<'a>)>, Stop> {
    let kind = bytes.u8()?;
    if kind == h::END {
        return Ok(None);
    }
    let size = bytes.number()?;
    Ok(Some((kind, Bytes::new(bytes.take(size)?))))
}

struct Files<'a> {
    count: u64,
    /// Which have no content: folders, and files of no bytes.
    empty: Bits<'a>,
    /// Which of those are files.
    empty_files: Bits<'a>,
    names: Bytes<'a>,
    modified: Option<(Bits<'a>, Bytes<'a>)>,
    attributes: Option<(Bits<'a>, Bytes<'a>)>,
}

impl<'a> Files<'a> {
    fn read(bytes: &mut Bytes<'a>) -> Result<Self, Stop> {
        let nothing = Bytes::new(&[]);
        let count = bytes.count(1)?;
        let mut files = Self {
            count,
            empty: Bits::none(),
            empty_files: Bits::none(),
            names: nothing,
            modified: None,
            attributes: None,
        };
        while let Some((kind, mut content)) = property(bytes)? {
            match kind {
                h::EMPTY_STREAM => files.empty = content.bits(count)?,
                h::EMPTY_FILE => {
                    let empty = (0..count).filter(|at| files.empty.get(*at)).count();
                    files.empty_files = content.bits(empty as u64)?;
                }
                h::NAMES => {
                    here(&mut content)?;
                    files.names = content;
                }
                h::MODIFIED => files.modified = Some(values(content, count)?),
                h::ATTRIBUTES => files.attributes = Some(values(content, count)?),
                _ => {}
            }
        }
        Ok(files)
    }

    fn tell(mut self, streams: &Streams<'_>, look: &mut Look<'_>) -> Result<(), Stop> {
        let mut contents = streams.files();
        let mut empty = 0;
        for at in 0..self.count {
            look.next()?;
            let name = name(&mut self.names)?;
            let modified = match &mut self.modified {
                Some((defined, values)) if defined.get(at) => dates::filetime(values.u64()?),
                _ => None,
            };
            let attributes = match &mut self.attributes {
                Some((defined, values)) if defined.get(at) => values.u32()?,
                _ => 0,
            };
            let mut entry = Entry { name, modified, ..Entry::default() };
            if self.empty.get(at) {
                entry.folder = !self.empty_files.get(empty);
                empty += 1;
            } else {
                let content = contents.next()?;
                (entry.size, entry.encrypted) = content.ok_or_else(broken)?;
            }
            // The upper half is the mode of Unix where bit 15 says so. Where a link leads stands in its packed content.
            let mode = if attributes & 0x8000 != 0 { attributes >> 16 & 0o170_000 } else { 0 };
            if mode == 0o120_000 {
                entry.link = Some(String::new());
            }
            let device = matches!(mode, 0o010_000 | 0o020_000 | 0o060_000 | 0o140_000);
            look.tell(entry, if device { &[Trick::Device] } else { &[] });
        }
        Ok(())
    }
}

/// A row with a bit for each file that has a value.
fn values<'a>(mut content: Bytes<'a>, count: u64) -> Result<(Bits<'a>, Bytes<'a>), Stop> {
    let defined = content.bits_or_all(count)?;
    here(&mut content)?;
    Ok((defined, content))
}

/// The format may keep a row in another place; no program does.
fn here(content: &mut Bytes<'_>) -> Result<(), Stop> {
    match content.u8()? {
        0 => Ok(()),
        _ => Err(Stop::Unsupported("its list is kept in another place".into())),
    }
}

/// A name in UTF-16, up to its NUL.
fn name(names: &mut Bytes<'_>) -> Result<String, Stop> {
    let mut units = Vec::new();
    loop {
        let unit = u16::from_le_bytes(names.take(2)?.try_into().map_err(|_| broken())?);
        match unit {
            0 => return Ok(String::from_utf16_lossy(&units)),
            unit => units.push(unit),
        }
    }
}
