//! The container around a WebP picture: a list of chunks, each with a name of four letters, a length and a padding
//! byte after an odd length.

use crate::{Error, Metadata};

/// Bits of the first byte of a `VP8X` chunk.
const HAS_ICC: u8 = 1 << 5;
const HAS_ALPHA: u8 = 1 << 4;
const HAS_EXIF: u8 = 1 << 3;

/// The chunks of a file in turn, up to the first that is cut short.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = match bytes {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', chunks @ ..] => chunks,
        _ => &[],
    };
    std::iter::from_fn(move || {
        let (name, after) = rest.split_at_checked(4)?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let (body, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        rest = after.get(body.len() % 2..).unwrap_or_default();
        Some((name, body))
    })
}

/// The content of the first chunk of that name.
pub(super) fn chunk<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    chunks(bytes).find(|(other, _)| other == name).map(|(_, body)| body)
}

/// The same picture with metadata in its file. The profile belongs before the picture, EXIF behind it.
pub(super) fn with_metadata(
    file: Vec<u8>,
    (width, height): (u32, u32),
    metadata: Metadata<'_>,
) -> Result<Vec<u8>, Error> {
    if metadata.icc.is_none() && metadata.exif.is_none() {
        return Ok(file);
    }
    let mut header = match chunk(&file, b"VP8X") {
        Some(header) => header.to_vec(),
        None => {
            let [columns, rows] = [width - 1, height - 1].map(u32::to_le_bytes);
            [&[0; 4], &columns[..3], &rows[..3]].concat()
        }
    };
    let flags = [
        (HAS_ICC, metadata.icc.is_some()),
        (HAS_EXIF, metadata.exif.is_some()),
        (HAS_ALPHA, chunk(&file, b"ALPH").is_some()),
    ];
    if let Some(first) = header.first_mut() {
        *first |= flags.iter().filter(|(_, set)| *set).fold(0, |all, (flag, _)| all | flag);
    }

    let mut body = b"WEBP".to_vec();
    push(&mut body, b"VP8X", &header)?;
    if let Some(icc) = metadata.icc {
        push(&mut body, b"ICCP", icc)?;
    }
    for (name, content) in chunks(&file).filter(|(name, _)| name != b"VP8X") {
        push(&mut body, name, content)?;
    }
    if let Some(exif) = metadata.exif {
        push(&mut body, b"EXIF", exif)?;
    }
    let mut with = Vec::with_capacity(body.len() + 8);
    push(&mut with, b"RIFF", &body)?;
    Ok(with)
}

fn push(to: &mut Vec<u8>, name: &[u8], content: &[u8]) -> Result<(), Error> {
    let length = u32::try_from(content.len()).map_err(|_| Error::Failed("a chunk over 4 GiB".to_owned()))?;
    to.extend_from_slice(name);
    to.extend_from_slice(&length.to_le_bytes());
    to.extend_from_slice(content);
    if content.len() % 2 == 1 {
        to.push(0);
    }
    Ok(())
}
