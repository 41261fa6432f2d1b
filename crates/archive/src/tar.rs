//! Tar: headers between contents, in the dialects of POSIX, GNU, Solaris and star.

mod header;
mod pax;

use facts::Entry;

use crate::input::{Input, cut_off};
use crate::look::{Look, Stop, Trick};

use header::Header;
use pax::Extended;

/// Everything comes in blocks of so many bytes.
pub(crate) const BLOCK: usize = 512;
/// Most bytes of an extended header or a long name; longer ones are left out.
const EXTENDED: u64 = 1 << 20;

/// Whether a stream that begins so is a tar.
pub(crate) fn begins(block: &[u8; BLOCK]) -> bool {
    Header::of(block).is_some()
}

/// Tells the entries.
pub(crate) fn list(input: &mut dyn Input, look: &mut Look<'_>) -> Result<(), Stop> {
    let mut global = Extended::default();
    let mut next = Extended::default();
    let mut first = true;
    loop {
        look.next()?;
        let mut block = [0; BLOCK];
        let filled = input.fill(&mut block, look)?;
        if filled == 0 && !first || filled == BLOCK && block == [0; BLOCK] {
            return Ok(());
        }
        if filled < BLOCK {
            return Err(cut_off());
        }
        let header = Header::of(&block);
        let header = header.ok_or_else(|| Stop::Damaged("a header is not one of a tar".into()))?;
        first = false;
        let size = header.size().ok_or_else(|| Stop::Damaged("a size is no number".into()))?;
        match header.kind() {
            b'x' | b'X' => next.read(&content(input, size, look)?),
            b'g' => global.read(&content(input, size, look)?),
            b'L' => next.path = Some(text(&content(input, size, look)?)),
            b'K' => next.link = Some(text(&content(input, size, look)?)),
            // The label of a volume, and the rest of a file that began in another.
            b'V' | b'M' | b'N' => skip(input, size, look)?,
            kind => {
                if kind == b'S' {
                    sparse_map(&block, input, look)?;
                }
                let extended = std::mem::take(&mut next).over(&global);
                let stored = extended.size.unwrap_or(size);
                tell(&header, extended, stored, look);
                skip(input, header.stored(stored), look)?;
            }
        }
    }
}

fn tell(header: &Header<'_>, extended: Extended, stored: u64, look: &mut Look<'_>) {
    let kind = header.kind();
    let name = extended.path.unwrap_or_else(|| header.name());
    let folder = kind == b'5' || kind == b'D' || matches!(kind, 0 | b'0') && name.ends_with('/');
    let link = matches!(kind, b'1' | b'2').then(|| extended.link.unwrap_or_else(|| header.link()));
    let device = matches!(kind, b'3' | b'4' | b'6');
    let stored = header.stored(stored);
    let size = match kind {
        _ if folder || link.is_some() || device => 0,
        b'S' => header.real_size().unwrap_or(stored),
        _ => extended.real_size.unwrap_or(stored),
    };
    let entry = Entry {
        name,
        folder,
        size,
        link,
        packed: (size != stored && stored > 0).then_some(stored),
        modified: extended.modified.or_else(|| header.modified()),
        ..Entry::default()
    };
    let tricks: &[Trick] = match kind {
        b'1' => &[Trick::HardLink],
        _ if device => &[Trick::Device],
        _ => &[],
    };
    look.tell(entry, tricks);
}

/// The content of an entry that describes the next one; nothing where it is too long to be honest.
fn content(input: &mut dyn Input, size: u64, look: &mut Look<'_>) -> Result<Vec<u8>, Stop> {
    if size > EXTENDED {
        look.warn("A description of an entry is too long to be read; its name may be another.");
        skip(input, size, look)?;
        return Ok(Vec::new());
    }
    let mut bytes = vec![0; size as usize];
    if input.fill(&mut bytes, look)? < bytes.len() {
        return Err(cut_off());
    }
    input.skip(size.next_multiple_of(BLOCK as u64) - size, look).map(|()| bytes)
}

/// Leaves out whole blocks.
fn skip(input: &mut dyn Input, size: u64, look: &mut Look<'_>) -> Result<(), Stop> {
    let blocks = if size.is_multiple_of(BLOCK as u64) {
        Some(size)
    } else {
        size.checked_next_multiple_of(BLOCK as u64)
    };
    input.skip(blocks.ok_or_else(cut_off)?, look)
}

/// Leaves out the blocks that say where the holes of an old GNU sparse file are.
fn sparse_map(block: &[u8; BLOCK], input: &mut dyn Input, look: &mut Look<'_>) -> Result<(), Stop> {
    let mut more = block[482] != 0;
    while more {
        look.next()?;
        let mut map = [0; BLOCK];
        if input.fill(&mut map, look)? < BLOCK {
            return Err(cut_off());
        }
        more = map[504] != 0;
    }
    Ok(())
}

/// Text up to the first NUL.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}
