//! The structure of a JPEG: where its metadata is, and whether it is all there.

/// What the markers of a JPEG tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Structure<'a> {
    /// The TIFF block of the EXIF data.
    pub(crate) exif: Option<&'a [u8]>,
    /// Whether the end marker was reached: without it, the rest of the picture is missing.
    pub(crate) complete: bool,
    /// Passes over the picture. A progressive one has about ten; thousands are meant to keep a decoder busy.
    pub(crate) scans: u64,
    /// Whether coefficients of the whole picture are kept while it is decoded.
    pub(crate) progressive: bool,
}

/// Walks the markers from the start to the end of the image.
pub(crate) fn structure(bytes: &[u8]) -> Structure<'_> {
    let mut found = Structure::default();
    let mut at = 2;
    while let Some(marker) = next_marker(bytes, &mut at) {
        match marker {
            0xd9 => {
                found.complete = true;
                break;
            }
            // Markers without a segment of their own.
            0x01 | 0xd0..=0xd8 => {}
            _ => {
                let Some(length) = bytes.get(at..at + 2) else { break };
                let length = usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
                let Some(segment) = bytes.get(at + 2..at + length) else { break };
                found.scans += u64::from(marker == 0xda);
                found.progressive |= matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce);
                if marker == 0xe1 && found.exif.is_none() {
                    found.exif = segment.strip_prefix(b"Exif\0\0");
                }
                at += length;
            }
        }
    }
    found
}

/// The next marker from `at` on, skipping entropy-coded data and fill bytes; `at` moves behind it.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let offset = memchr::memchr(0xff, bytes.get(*at..)?)?;
        *at += offset + 1;
        match *bytes.get(*at)? {
            // A stuffed byte is data, a second 0xff is filling.
            0x00 => *at += 1,
            0xff => {}
            marker => {
                *at += 1;
                return Some(marker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_off_jpeg_is_not_complete() {
        let whole = b"\xff\xd8\xff\xe1\0\x0aExif\0\0II\xff\xda\0\x02abc\xff\0d\xff\xd0e\xff\xd9trailer\xff";
        let expected = Structure { exif: Some(b"II"), complete: true, scans: 1, progressive: false };
        assert_eq!(structure(whole), expected);
        for end in 0..whole.len() - 8 {
            assert!(!structure(&whole[..end]).complete, "{end}");
        }
    }
}
