//! What is kept of a picture's metadata when another form of it is made: whose it is.

/// Tags of TIFF: who made the picture, and whose it is.
const KEPT: [u16; 2] = [0x013b, 0x8298];
/// Longest text that is kept, in bytes.
const LONGEST: usize = 1000;
/// Texts in TIFF.
const ASCII: u16 = 2;

/// EXIF data (a TIFF block) with nothing but the author and the copyright, or none where there is neither.
pub(crate) fn alone(exif: &[u8]) -> Option<Vec<u8>> {
    let texts: Vec<(u16, &[u8])> = KEPT.iter().filter_map(|tag| Some((*tag, text(exif, *tag)?))).collect();
    (!texts.is_empty()).then(|| written(&texts))
}

/// A text of the first directory.
fn text(exif: &[u8], wanted: u16) -> Option<&[u8]> {
    let little = match exif.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = *exif.get(at..)?.first_chunk::<2>()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes = *exif.get(at..)?.first_chunk::<4>()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) } as usize)
    };
    let directory = long(4)?;
    let entries = (0..usize::from(short(directory)?)).map(|index| directory + 2 + index * 12);
    let entry = entries.into_iter().find(|at| short(*at) == Some(wanted) && short(at + 2) == Some(ASCII))?;
    let count = long(entry + 4)?;
    let at = if count <= 4 { entry + 8 } else { long(entry + 8)? };
    let text = exif.get(at..at.checked_add(count)?)?.split(|byte| *byte == 0).next()?.trim_ascii();
    (!text.is_empty() && text.len() <= LONGEST).then_some(text)
}

/// A little-endian TIFF block of one directory with these texts.
fn written(texts: &[(u16, &[u8])]) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    let mut values = Vec::new();
    let behind = 8 + 2 + texts.len() * 12 + 4;
    block.extend((texts.len() as u16).to_le_bytes());
    for (tag, text) in texts {
        let value = [*text, &[0]].concat();
        block.extend(tag.to_le_bytes());
        block.extend(ASCII.to_le_bytes());
        block.extend((value.len() as u32).to_le_bytes());
        if value.len() <= 4 {
            let mut short = [0; 4];
            short[..value.len()].copy_from_slice(&value);
            block.extend(short);
        } else {
            block.extend(((behind + values.len()) as u32).to_le_bytes());
            values.extend(value);
            // Values begin at even places.
            values.resize(values.len().next_multiple_of(2), 0);
        }
    }
    block.extend([0; 4]);
    block.extend(values);
    block
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn author_and_copyright_are_kept_and_nothing_else() {
        let texts: [(u16, &[u8]); 3] =
            [(0x010f, b"Camera"), (0x013b, b"Ada"), (0x8298, b"(c) 1842 Ada Lovelace")];
        let kept = alone(&written(&texts)).unwrap();
        assert_eq!(text(&kept, 0x8298), Some(&b"(c) 1842 Ada Lovelace"[..]));
        assert_eq!(text(&kept, 0x013b), Some(&b"Ada"[..]));
        assert_eq!(text(&kept, 0x010f), None);
        assert_eq!(alone(&kept), Some(kept.clone()));
        assert_eq!(alone(&written(&texts[..1])), None);
        for end in 0..kept.len() {
            let _ = alone(&kept[..end]);
        }
        assert_eq!(alone(b"MM\0*\xff\xff\xff\xff"), None);
    }
}
