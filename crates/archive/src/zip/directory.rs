//! Where the directory of a zip lies.

use crate::input::Stored;
use crate::look::Stop;

/// Where entries are described, in places of the file.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// Entries, as it says.
    pub(crate) count: u64,
    /// Bytes before the archive, which its own offsets don't count.
    pub(crate) before: u64,
    /// Bytes behind the archive and its comment.
    pub(crate) behind: u64,
}

/// Bytes of the record at the end, without its comment.
const END: usize = 22;
/// How far from the end of the file the record may lie: a comment, and as much again of something else.
const TAIL: u64 = 2 * 65_536 + END as u64;

/// Looks for the record at the end of a zip, from the end on. Nothing where there is none that leads to a directory.
pub(crate) fn find(file: &mut Stored) -> Result<Option<Directory>, Stop> {
    let tail_start = file.length().saturating_sub(TAIL);
    file.seek(tail_start)?;
    let tail = file.bytes((file.length() - tail_start) as usize)?;
    // A crafted tail full of signatures costs no more than a few looks.
    let ends =
        (0..tail.len().saturating_sub(END - 1)).rev().filter(|at| tail[*at..].starts_with(b"PK\x05\x06"));
    for at in ends.take(64) {
        let record: &[u8; END] = tail[at..at + END].try_into().map_err(|_| crate::input::cut_off())?;
        let comment = u64::from(le16(record, 20));
        let behind = ((tail.len() - at - END) as u64).saturating_sub(comment);
        if let Some(directory) = judge(file, tail_start + at as u64, record)? {
            return Ok(Some(Directory { behind, ..directory }));
        }
    }
    Ok(None)
}

fn judge(file: &mut Stored, at: u64, record: &[u8; END]) -> Result<Option<Directory>, Stop> {
    let (disk, count) = (le16(record, 4), u64::from(le16(record, 10)));
    let (size, offset) = (u64::from(le32(record, 12)), u64::from(le32(record, 16)));
    let large = disk == 0xffff || count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff;
    if let Some(directory) = large.then(|| judge_large(file, at)).transpose()?.flatten() {
        return Ok(Some(directory));
    }
    if disk != 0 && disk != 0xffff {
        return Err(Stop::Unsupported("this is the last part of a zip in several files".into()));
    }
    directory(file, at, size, offset, count)
}

/// What a zip64 says beside: its own record stands before a pointer to it, and that before the old record.
fn judge_large(file: &mut Stored, at: u64) -> Result<Option<Directory>, Stop> {
    let Some(locator_at) = at.checked_sub(20) else { return Ok(None) };
    file.seek(locator_at)?;
    let locator: [u8; 20] = file.array()?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    // Something before the archive moves it; then it stands right before the pointer.
    for place in [le64(&locator, 8), locator_at.saturating_sub(56)] {
        if place > locator_at.saturating_sub(56) {
            continue;
        }
        file.seek(place)?;
        let record: [u8; 56] = file.array()?;
        if record.starts_with(b"PK\x06\x06") {
            return directory(file, place, le64(&record, 40), le64(&record, 48), le64(&record, 32));
        }
    }
    Ok(None)
}

/// The directory ends where its record begins.
fn directory(
    file: &mut Stored,
    end: u64,
    size: u64,
    offset: u64,
    count: u64,
) -> Result<Option<Directory>, Stop> {
    let Some(start) = end.checked_sub(size) else { return Ok(None) };
    let Some(before) = start.checked_sub(offset) else { return Ok(None) };
    let found = |start, end, before| Ok(Some(Directory { start, end, count, before, behind: 0 }));
    if size == 0 {
        return if count == 0 { found(end, end, 0) } else { Ok(None) };
    }
    for (start, end, before) in [(start, end, before), (offset, offset + size, 0)] {
        file.seek(start)?;
        if end >= start + 46 && file.array::<4>()? == *b"PK\x01\x02" {
            return found(start, end, before);
        }
    }
    Ok(None)
}

pub(super) fn le16(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes)
}

pub(super) fn le32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}

pub(super) fn le64(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()).map_or(0, u64::from_le_bytes)
}
