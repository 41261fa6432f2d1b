//! RAR 1.5 to 4: headers of fixed fields.

use facts::Entry;

use crate::dates;
use crate::input::{Stored, cut_off};
use crate::look::{Look, Stop};

use super::IN_PARTS;

const MAIN: u8 = 0x73;
const FILE: u8 = 0x74;
const END: u8 = 0x7b;

pub(super) fn list(file: &mut Stored, look: &mut Look<'_>) -> Result<(), Stop> {
    let mut parts = false;
    loop {
        look.next()?;
        // Old programs write no end.
        if file.at() == file.length() {
            break;
        }
        let head: [u8; 7] = file.array()?;
        let (crc, kind, flags) = (le16(&head, 0), head[2], le16(&head, 3));
        let rest = usize::from(le16(&head, 5)).checked_sub(7).ok_or_else(broken)?;
        let header = file.bytes(rest)?;
        let mut counted = head[2..].to_vec();
        counted.extend(&header);
        // The comments of old programs stand within a header, and aren't counted.
        let commented = kind == MAIN && flags & 2 != 0 || kind == FILE && flags & 8 != 0;
        if matches!(kind, MAIN | FILE) && !commented && crc32fast::hash(&counted) & 0xffff != u32::from(crc) {
            return Err(Stop::Damaged("a header has changed".into()));
        }
        let mut data = if flags & 0x8000 != 0 { u64::from(le32(&header, 0)) } else { 0 };
        match kind {
            MAIN if flags & 0x80 != 0 => {
                look.encrypted();
                return Ok(());
            }
            FILE => {
                parts |= flags & 3 != 0;
                let entry = entry(&header, flags)?;
                data = entry.packed.unwrap_or_default();
                look.tell(entry, &[]);
            }
            END => break,
            _ => {}
        }
        file.seek(file.at().checked_add(data).ok_or_else(cut_off)?)?;
    }
    if parts {
        look.warn(IN_PARTS);
    }
    Ok(())
}

fn entry(header: &[u8], flags: u16) -> Result<Entry, Stop> {
    if header.len() < 25 {
        return Err(broken());
    }
    let large = flags & 0x100 != 0;
    let high = |at: usize| if large { u64::from(le32(header, at)) << 32 } else { 0 };
    let packed = u64::from(le32(header, 0)) | high(25);
    let size = u64::from(le32(header, 4)) | high(29);
    let (system, attributes) = (header[8], le32(header, 21));
    let start = if large { 33 } else { 25 };
    let name = header.get(start..start + usize::from(le16(header, 19))).ok_or_else(broken)?;
    let unix = matches!(system, 3 | 5);
    // Windows has its own bit for folders, Unix its mode, and the size of the dictionary says it, too.
    let folder = flags & 0xe0 == 0xe0 || !unix && attributes & 0x10 != 0;
    let link = unix && attributes >> 12 & 15 == 0o12;
    Ok(Entry {
        // A link's content is where it leads; it is packed like any other, and isn't unpacked here.
        link: link.then(String::new),
        name: text(name, flags & 0x200 != 0).replace('\\', "/"),
        folder,
        size: if size == u64::from(u32::MAX) && !large { 0 } else { size },
        packed: Some(packed),
        modified: dates::dos(le16(header, 15), le16(header, 13)),
        encrypted: flags & 4 != 0,
        warning: None,
    })
}

/// A name: plain, in the code page of whoever wrote it, and behind it in Unicode with the plain one as a model.
fn text(name: &[u8], unicode: bool) -> String {
    let split = name.iter().position(|byte| *byte == 0).filter(|_| unicode);
    match split {
        Some(at) => wide(&name[..at], &name[at + 1..]),
        None => String::from_utf8_lossy(name).into_owned(),
    }
}

/// Two bits at a time say how the next unit is made: of a byte, of a byte and the high one, of two, or of a run of the model.
fn wide(model: &[u8], encoded: &[u8]) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut bytes = encoded.iter().copied();
    let high = bytes.next().unwrap_or_default();
    let model_unit = |at: usize| u16::from(model.get(at).copied().unwrap_or_default());
    let mut steps = || -> Option<()> {
        while units.len() < 4096 {
            let flags = bytes.next()?;
            for shift in [6, 4, 2, 0] {
                match flags >> shift & 3 {
                    0 => units.push(bytes.next()?.into()),
                    1 => units.push(u16::from_le_bytes([bytes.next()?, high])),
                    2 => units.push(u16::from_le_bytes([bytes.next()?, bytes.next()?])),
                    _ => {
                        let length = bytes.next()?;
                        let correction = if length & 0x80 != 0 { Some(bytes.next()?) } else { None };
                        for _ in 0..(length & 0x7f) + 2 {
                            let unit = model_unit(units.len());
                            units.push(match correction {
                                Some(add) => u16::from_le_bytes([(unit as u8).wrapping_add(add), high]),
                                None => unit,
                            });
                        }
                    }
                }
            }
        }
        None
    };
    let _ = steps();
    String::from_utf16_lossy(&units)
}

fn le16(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn le32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn broken() -> Stop {
    Stop::Damaged("a header can't be read".into())
}
