//! The structure of a GIF: how many frames there are, without decoding one.

/// Frames, counted up to `most`.
pub(crate) fn frames(bytes: &[u8], most: usize) -> usize {
    count(bytes, most).unwrap_or_else(|frames| frames)
}

/// How often a GIF is played; 0 is forever. Without the extension that says so, once.
pub(crate) fn loops(bytes: &[u8]) -> u16 {
    let extension = b"NETSCAPE2.0\x03\x01";
    let count = memchr::memmem::find(bytes, extension)
        .and_then(|at| bytes.get(at + extension.len()..)?.first_chunk());
    count.map_or(1, |count| u16::from_le_bytes(*count))
}

/// Walks the blocks. `Err` has the frames up to where the file breaks off.
fn count(bytes: &[u8], most: usize) -> Result<usize, usize> {
    let mut frames = 0;
    let mut at = 13 + table(bytes.get(10).ok_or(frames)?);
    while frames < most {
        match bytes.get(at).ok_or(frames)? {
            // An extension: its label, then its data.
            0x21 => at = skip_data(bytes, at + 2).ok_or(frames)?,
            // A frame: its descriptor, its colours, the size of its first code, then its data.
            0x2c => {
                let flags = bytes.get(at + 9).ok_or(frames)?;
                frames += 1;
                at = skip_data(bytes, at + 11 + table(flags)).ok_or(frames)?;
            }
            _ => break,
        }
    }
    Ok(frames)
}

/// The size of the colour table that `flags` announce, in bytes.
fn table(flags: &u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// The place behind the sub-blocks that start at `at`.
fn skip_data(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
