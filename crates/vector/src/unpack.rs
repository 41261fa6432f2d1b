//! Bytes to text: gzip is undone, and what isn't UTF-8 becomes it.

use std::io::Read;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::{Error, broken, limit};

const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The text of an SVG or SVGZ, of at most `most` bytes.
pub(crate) fn unpack(bytes: &[u8], most: usize) -> Result<String, Error> {
    let too_long = || limit(format!("its text has more than {} MiB", most >> 20));
    let mut unpacked = Vec::new();
    let bytes = if bytes.starts_with(&GZIP) {
        let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(bound);
        reader
            .read_to_end(&mut unpacked)
            .map_err(|error| broken(format!("it can't be unpacked: {error}")))?;
        &unpacked
    } else {
        bytes
    };
    if bytes.len() > most {
        return Err(too_long());
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding(bytes).decode(bytes).0.into_owned(),
    };
    if text.len() > most {
        return Err(too_long());
    }
    Ok(text)
}

/// The encoding of what isn't UTF-8: as the byte order mark says, else as the declaration says, else what is most usual.
fn encoding(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    let head = &bytes[..bytes.len().min(200)];
    let named = || {
        let declaration = &head[..head.iter().position(|byte| *byte == b'>')?];
        let at = declaration.windows(8).position(|word| word == b"encoding")?;
        let value = declaration.get(at + 8..)?;
        let quote = value.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
        let value = &value[quote + 1..];
        let end = value.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
        Encoding::for_label(&value[..end])
    };
    named().filter(|encoding| *encoding != UTF_8).unwrap_or(WINDOWS_1252)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::Write;

    use super::unpack;
    use crate::Error;

    #[test]
    fn text_of_other_encodings_becomes_utf_8() {
        let mut utf_16 = vec![0xff, 0xfe];
        utf_16.extend("<svg>é</svg>".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(unpack(&utf_16, 100).unwrap(), "<svg>é</svg>");
        let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><svg>\xe9</svg>";
        assert!(unpack(latin, 100).unwrap().ends_with("<svg>é</svg>"));
        assert_eq!(unpack("\u{feff}<svg/>".as_bytes(), 100).unwrap(), "<svg/>");
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![b' '; 8 << 20]).unwrap();
        let bomb = packer.finish().unwrap();
        assert!(bomb.len() < 10_000);
        assert!(matches!(unpack(&bomb, 1 << 20), Err(Error::Limit(_))));
        assert!(matches!(unpack(&bomb[..bomb.len() / 2], 16 << 20), Err(Error::Broken(_))));
    }
}
