//! Pictures of themselves that documents bring along.

use contract::formats::{self, Format};

/// Bytes that a thumbnail may have.
pub(crate) const LARGEST: u64 = 16 << 20;

/// A picture as the document holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Thumbnail {
    /// The encoded picture.
    pub bytes: Vec<u8>,
    /// What it begins like. Whether the rest is whole wasn't looked at.
    pub format: &'static Format,
}

impl Thumbnail {
    /// The picture, where its format is one that can be shown: drawings of Windows (EMF, WMF) are not.
    pub(crate) fn of(bytes: Vec<u8>) -> Option<Self> {
        let format = match bytes.as_slice() {
            [0xff, 0xd8, 0xff, ..] => &formats::JPEG,
            [0x89, b'P', b'N', b'G', ..] => &formats::PNG,
            [b'G', b'I', b'F', b'8', ..] => &formats::GIF,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => &formats::WEBP,
            _ => return None,
        };
        Some(Self { bytes, format })
    }
}
