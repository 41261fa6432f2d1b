//! RAR: headers before contents, of version 4 and before, and of version 5.

mod five;
mod four;

use std::fs::File;

use crate::input::Stored;
use crate::look::{Look, Stop};

/// Tells the entries.
pub(crate) fn list(file: File, length: u64, look: &mut Look<'_>) -> Result<(), Stop> {
    let mut file = Stored::new(file, length);
    let mark: [u8; 7] = file.array()?;
    match &mark {
        b"Rar!\x1a\x07\x00" => four::list(&mut file, look),
        b"Rar!\x1a\x07\x01" if file.array()? == [0] => five::list(&mut file, look),
        _ => Err(Stop::Damaged("it does not begin as a RAR does".into())),
    }
}

/// What is said of a file that begins or goes on in another part.
const IN_PARTS: &str = "It is one part of an archive in several files; the others have the rest.";
