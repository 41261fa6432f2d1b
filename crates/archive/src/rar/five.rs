//! RAR 5: headers of numbers in seven bits a byte.

use facts::Entry;

use crate::dates;
use crate::input::{Stored, cut_off};
use crate::look::{Look, Stop, Trick};

use super::IN_PARTS;

const FILE: u64 = 2;
const ENCRYPTION: u64 = 4;
const END: u64 = 5;
/// Most bytes of a header, by the standard.
const HEADER: u64 = 2 << 20;

pub(super) fn list(file: &mut Stored, look: &mut Look<'_>) -> Result<(), Stop> {
    let mut parts = false;
    loop {
        look.next()?;
        if file.at() == file.length() {
            return Err(cut_off());
        }
        let crc = u32::from_le_bytes(file.array()?);
        let (size, mut counted) = size(file)?;
        let header = file.bytes(usize::try_from(size.min(HEADER + 1)).map_err(|_| cut_off())?)?;
        counted.extend(&header);
        if size > HEADER || crc32fast::hash(&counted) != crc {
            return Err(Stop::Damaged("a header has changed".into()));
        }
        let mut fields = Fields(&header);
        let (kind, flags) = (fields.number()?, fields.number()?);
        let extra = if flags & 1 != 0 { fields.number()? } else { 0 };
        let data = if flags & 2 != 0 { fields.number()? } else { 0 };
        parts |= kind == FILE && flags & 0x18 != 0;
        match kind {
            FILE => {
                let (entry, tricks) = entry(fields, extra, data)?;
                look.tell(entry, &tricks);
            }
            ENCRYPTION => {
                look.encrypted();
                return Ok(());
            }
            END => {
                if parts {
                    look.warn(IN_PARTS);
                }
                return Ok(());
            }
            _ => {}
        }
        file.seek(file.at().checked_add(data).ok_or_else(cut_off)?)?;
    }
}

/// The size of a header, and the bytes that say it, which its checksum counts.
fn size(file: &mut Stored) -> Result<(u64, Vec<u8>), Stop> {
    let mut bytes = Vec::new();
    while bytes.len() < 3 {
        let [byte] = file.array()?;
        bytes.push(byte);
        if byte & 0x80 == 0 {
            return Ok((Fields(&bytes).number()?, bytes));
        }
    }
    Err(Stop::Damaged("a header is too long".into()))
}

fn entry(mut fields: Fields<'_>, extra: u64, packed: u64) -> Result<(Entry, Vec<Trick>), Stop> {
    let flags = fields.number()?;
    let size = fields.number()?;
    let _attributes = fields.number()?;
    let seconds = if flags & 2 != 0 { Some(fields.u32()?) } else { None };
    if flags & 4 != 0 {
        fields.u32()?;
    }
    let (_compression, _system) = (fields.number()?, fields.number()?);
    let length = fields.number()?;
    let name = fields.text(length)?;
    let mut entry = Entry {
        name,
        folder: flags & 1 != 0,
        size: if flags & 8 != 0 { 0 } else { size },
        packed: Some(packed),
        modified: seconds.and_then(|seconds| dates::seconds_since_1970(seconds.into())),
        ..Entry::default()
    };
    let mut tricks = Vec::new();
    let mut beside = Fields(fields.take(extra)?);
    while !beside.0.is_empty() {
        let size = beside.number()?;
        let mut record = Fields(beside.take(size)?);
        match record.number()? {
            1 => entry.encrypted = true,
            3 => entry.modified = modified(&mut record).or(entry.modified),
            5 => {
                let kind = record.number()?;
                let _flags = record.number()?;
                let length = record.number()?;
                entry.link = Some(record.text(length)?);
                // Hard links and copies name another entry from the top.
                if matches!(kind, 4 | 5) {
                    tricks.push(Trick::HardLink);
                }
            }
            _ => {}
        }
    }
    Ok((entry, tricks))
}

/// When it was changed, to the nanosecond.
fn modified(record: &mut Fields<'_>) -> Option<i64> {
    let flags = record.number().ok()?;
    match flags & 3 {
        3 => dates::seconds_since_1970(record.u32().ok()?.into()),
        2 => dates::filetime(u64::from_le_bytes(record.take(8).ok()?.try_into().ok()?)),
        _ => None,
    }
}

struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: u64) -> Result<&'a [u8], Stop> {
        let count = usize::try_from(count).map_err(|_| broken())?;
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(broken)?;
        self.0 = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, Stop> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into().map_err(|_| broken())?))
    }

    fn number(&mut self) -> Result<u64, Stop> {
        let mut value = 0;
        for at in 0..10 {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << (7 * at).min(63);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(broken())
    }

    fn text(&mut self, length: u64) -> Result<String, Stop> {
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }
}

fn broken() -> Stop {
    Stop::Damaged("a header can't be read".into())
}
