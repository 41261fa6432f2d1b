//! Zip: by its directory at the end, checked against what stands before each content.

mod directory;
mod entry;
mod text;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use facts::Entry;

use crate::input::{Input, Stored, Unpacked, cut_off};
use crate::look::{Look, Stop, Trick};

use directory::Directory;
use entry::{Central, Local};

/// Bytes that are decompressed, in all, to see whether sizes are true.
const CHECKED: u64 = 256 << 20;
/// Longest target of a link.
const TARGET: u64 = 4096;

/// Tells the entries.
pub(crate) fn list(file: File, length: u64, look: &mut Look<'_>) -> Result<(), Stop> {
    let mut file = Stored::new(file, length);
    let Some(directory) = directory::find(&mut file)? else {
        return without_directory(&mut file, look);
    };
    if directory.before > 0 {
        let size = crate::look::size(directory.before);
        look.warn(format!(
            "Something else of {size} stands before the archive, such as a program that unpacks it."
        ));
    }
    if directory.behind > 0 {
        look.warn(format!(
            "Something else of {} stands behind the archive.",
            crate::look::size(directory.behind)
        ));
    }
    let mut content = Content { ranges: BTreeMap::new(), checked: 0 };
    let mut at = directory.start;
    let mut count = 0;
    while at < directory.end {
        look.next()?;
        file.seek(at)?;
        let Some(central) = Central::read(&mut file)? else { break };
        at = file.at();
        count += 1;
        content.look_at(&mut file, central, &directory, look)?;
    }
    // The old counter has 16 bits and goes round.
    if count != directory.count && count & 0xffff != directory.count {
        look.warn(format!("Its directory has {count} entries, and says that there are {}.", directory.count));
    }
    Ok(())
}

/// What is known of the bytes between directory and directory.
struct Content {
    /// Where each content with what stands before it starts, and ends.
    ranges: BTreeMap<u64, u64>,
    checked: u64,
}

impl Content {
    /// Holds an entry of the directory against its content, and tells it.
    fn look_at(
        &mut self,
        file: &mut Stored,
        central: Central,
        directory: &Directory,
        look: &mut Look<'_>,
    ) -> Result<(), Stop> {
        let mut tricks = Vec::new();
        let start = directory.before.saturating_add(central.offset);
        let local = if start < directory.start { Local::read(file, start)? } else { None };
        let mut entry = central.entry();
        match &local {
            Some(local) => {
                let end = local.content.saturating_add(central.packed);
                if end > directory.start || self.overlaps(start, end) {
                    tricks.push(Trick::Overlap);
                }
                if !central.agrees(local) || self.lies(file, &central, local, look)? {
                    tricks.push(Trick::Lies);
                }
                if central.is_link() {
                    entry.link = Some(target(file, &central, local)?);
                }
            }
            None => tricks.push(Trick::Lies),
        }
        look.tell(entry, &tricks);
        Ok(())
    }

    /// Whether bytes belong to an entry from before; from now on they belong to this one.
    fn overlaps(&mut self, start: u64, end: u64) -> bool {
        let before = self.ranges.range(..=start).next_back().is_some_and(|(_, end)| *end > start);
        let behind = self.ranges.range(start..).next().is_some_and(|(start, _)| *start < end);
        self.ranges.entry(start).and_modify(|known| *known = end.max(*known)).or_insert(end);
        before || behind
    }

    /// Whether a size isn't what comes out, as far as that may be tried.
    fn lies(
        &mut self,
        file: &mut Stored,
        central: &Central,
        local: &Local,
        look: &mut Look<'_>,
    ) -> Result<bool, Stop> {
        if central.encrypted() {
            return Ok(false);
        }
        if central.method == 0 {
            return Ok(central.packed != central.size);
        }
        // Deflate can't grow beyond 1032 times, and a few bytes for its own use.
        if central.method == 8 && central.size / 1040 > central.packed {
            return Ok(true);
        }
        if central.method != 8 || self.checked.saturating_add(central.size) > CHECKED {
            return Ok(false);
        }
        file.seek(local.content.min(file.length()))?;
        let mut unpacked = Unpacked::new(flate2::bufread::DeflateDecoder::new(
            std::io::BufReader::with_capacity(8 << 10, file.part(central.packed)),
        ));
        let mut buffer = [0; 16 << 10];
        let lies = loop {
            match unpacked.piece(&mut buffer, look) {
                Ok(0) => break unpacked.count != central.size,
                Ok(_) if unpacked.count > central.size => break true,
                Ok(_) => {}
                Err(Stop::Damaged(_)) => break true,
                Err(stop) => return Err(stop),
            }
        };
        self.checked += unpacked.count;
        Ok(lies)
    }
}

/// Where a link leads: its content.
fn target(file: &mut Stored, central: &Central, local: &Local) -> Result<String, Stop> {
    if central.encrypted() || central.size > TARGET || local.content > file.length() {
        return Ok(String::new());
    }
    file.seek(local.content)?;
    let mut bytes = Vec::new();
    let part = file.part(central.packed.min(2 * TARGET));
    let read = match central.method {
        8 => flate2::read::DeflateDecoder::new(part).take(TARGET).read_to_end(&mut bytes),
        _ => part.take(TARGET).read_to_end(&mut bytes),
    };
    Ok(if read.is_ok() { String::from_utf8_lossy(&bytes).into_owned() } else { String::new() })
}

/// Tells what can be told of a zip whose end is missing: each entry up to one that doesn't say how long it is.
fn without_directory(file: &mut Stored, look: &mut Look<'_>) -> Result<(), Stop> {
    let mut at = 0;
    loop {
        look.next()?;
        let local = Local::read(file, at)?;
        let local = local.ok_or_else(|| Stop::Damaged("its directory is missing".into()))?;
        let entry = Entry { encrypted: local.flags & 1 != 0, ..local.entry() };
        look.tell(entry, &[]);
        if local.flags & 8 != 0 && local.packed == 0 {
            return Err(Stop::Damaged("its directory is missing".into()));
        }
        at = local.content.checked_add(local.packed).ok_or_else(cut_off)?;
        file.seek(at)?;
        let descriptor = if local.flags & 8 != 0 { 16 } else { 0 };
        Input::skip(file, descriptor, look)?;
        at += descriptor;
    }
}
