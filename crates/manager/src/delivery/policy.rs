//! The one decision whether somebody may read bytes of a file.

use catalog::files::FileRecord;
use contract::errors::Code;

use crate::error::{Result, refused};

/// With what somebody comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearing {
    /// The file's address alone.
    Address,
    /// A link that was made for this file and is still good.
    Link,
    /// A permanent link to a zip in which the file is one of many.
    Archive,
}

/// Whether bytes of `file` may be read. Files in the trash are served until they are gone for good.
pub(super) fn decide(file: &FileRecord, bearing: Bearing) -> Result<()> {
    match (file.private, bearing) {
        (false, _) | (true, Bearing::Link) => Ok(()),
        (true, Bearing::Address | Bearing::Archive) => {
            Err(refused(Code::FileIsPrivate, "the file is private; ask for a download URL"))
        }
    }
}
