//! The boxes of an AVIF file with one picture.

use super::obu::Sequence;
use crate::{Error, Metadata};

/// AV1 data and the header in it.
pub(super) type Coded = (Vec<u8>, Sequence);

const COLOR: u16 = 1;
const ALPHA: u16 = 2;
const EXIF: u16 = 3;

/// Puts a picture, its alpha channel and its metadata into a file.
pub(super) fn file(
    size: (u32, u32),
    gray: bool,
    color: &Coded,
    alpha: Option<&Coded>,
    metadata: Metadata<'_>,
) -> Result<Vec<u8>, Error> {
    let color_depths = if gray { &[8][..] } else { &[8; 3] };
    let mut properties = vec![full_box(b"ispe", 0, &[size.0.to_be_bytes(), size.1.to_be_bytes()].concat())];
    properties.extend([pixi(color_depths), av1c(color, gray), nclx(metadata.icc.is_some())]);
    // Numbers of properties from 1; the highest bit marks what must be known to show the picture.
    let mut color_owns = vec![1, 2, 3 | 0x80, 4];
    if let Some(icc) = metadata.icc {
        properties.push(one_box(b"colr", &[b"prof", icc].concat()));
        color_owns.push(5);
    }
    let mut items = vec![(COLOR, b"av01", "Color", &color.0[..])];
    let mut owned = vec![(COLOR, color_owns)];
    let mut references = Vec::new();
    if let Some(alpha) = alpha {
        let next = properties.len() as u8 + 1;
        let kind = full_box(b"auxC", 0, b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0");
        properties.extend([pixi(&[8]), av1c(alpha, true), kind]);
        items.push((ALPHA, b"av01", "Alpha", &alpha.0[..]));
        owned.push((ALPHA, vec![1, next, (next + 1) | 0x80, next + 2]));
        references.extend(reference(b"auxl", ALPHA));
    }
    // The TIFF structure begins right behind its offset.
    let exif = metadata.exif.map(|exif| [&[0; 4], exif].concat());
    if let Some(exif) = &exif {
        items.push((EXIF, b"Exif", "Exif", &exif[..]));
        references.extend(reference(b"cdsc", EXIF));
    }

    let mut file = one_box(b"ftyp", b"avif\0\0\0\0avifmif1miafMA1B");
    let length = file.len() + meta(&items, &properties, &owned, &references, 0)?.len() + 8;
    let start = u32::try_from(length).map_err(|_| too_long())?;
    file.extend(meta(&items, &properties, &owned, &references, start)?);
    let data: Vec<&[u8]> = items.iter().map(|(.., data)| *data).collect();
    file.extend(one_box(b"mdat", &data.concat()));
    if u32::try_from(file.len()).is_err() { Err(too_long()) } else { Ok(file) }
}

fn too_long() -> Error {
    Error::Failed("a file of more than 4 GiB".to_owned())
}

/// Everything but the data, which begins at `start` and follows in the order of the items.
fn meta(
    items: &[(u16, &[u8; 4], &str, &[u8])],
    properties: &[Vec<u8>],
    owned: &[(u16, Vec<u8>)],
    references: &[u8],
    start: u32,
) -> Result<Vec<u8>, Error> {
    let count = items.len() as u16;
    let mut infos = count.to_be_bytes().to_vec();
    // Offsets and lengths take four bytes each.
    let mut locations = [&[0x44, 0][..], &count.to_be_bytes()].concat();
    let mut offset = start;
    for (id, kind, name, data) in items {
        let info = [&id.to_be_bytes()[..], &[0; 2], *kind, name.as_bytes(), &[0]].concat();
        infos.extend(full_box(b"infe", 2, &info));
        let length = u32::try_from(data.len()).map_err(|_| too_long())?;
        locations.extend([&id.to_be_bytes()[..], &[0, 0, 0, 1]].concat());
        locations.extend([offset.to_be_bytes(), length.to_be_bytes()].concat());
        offset = offset.checked_add(length).ok_or_else(too_long)?;
    }
    let mut associations = (owned.len() as u32).to_be_bytes().to_vec();
    for (id, numbers) in owned {
        associations.extend([&id.to_be_bytes()[..], &[numbers.len() as u8], numbers].concat());
    }
    let properties = [one_box(b"ipco", &properties.concat()), full_box(b"ipma", 0, &associations)].concat();
    let mut boxes = vec![
        full_box(b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        full_box(b"pitm", 0, &COLOR.to_be_bytes()),
        full_box(b"iloc", 0, &locations),
        full_box(b"iinf", 0, &infos),
    ];
    if !references.is_empty() {
        boxes.push(full_box(b"iref", 0, references));
    }
    boxes.push(one_box(b"iprp", &properties));
    Ok(full_box(b"meta", 0, &boxes.concat()))
}

/// A box: its length, its name, its content.
fn one_box(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = content.len() as u32 + 8;
    [&length.to_be_bytes()[..], name, content].concat()
}

/// A box whose content begins with a version and no flags.
fn full_box(name: &[u8; 4], version: u8, content: &[u8]) -> Vec<u8> {
    one_box(name, &[&[version, 0, 0, 0], content].concat())
}

/// A reference from an item to the picture.
fn reference(kind: &[u8; 4], from: u16) -> Vec<u8> {
    one_box(kind, &[from, 1, COLOR].map(u16::to_be_bytes).concat())
}

/// Bits of each channel.
fn pixi(depths: &[u8]) -> Vec<u8> {
    full_box(b"pixi", 0, &[&[depths.len() as u8], depths].concat())
}

/// What a decoder must be able to do: 8 bits, chroma in halves along both sides, or none.
fn av1c((_, sequence): &Coded, gray: bool) -> Vec<u8> {
    let flags = sequence.tier << 7 | u8::from(gray) << 4 | 0b1100;
    one_box(b"av1C", &[0x81, sequence.profile << 5 | sequence.level, flags, 0])
}

/// Colours by ITU-T H.273: sRGB, or by the profile. The matrix is BT.601's, over the full range.
fn nclx(by_profile: bool) -> Vec<u8> {
    let (primaries, transfer): (u16, u16) = if by_profile { (2, 2) } else { (1, 13) };
    let codes = [primaries, transfer, 6].map(u16::to_be_bytes).concat();
    one_box(b"colr", &[b"nclx", &codes[..], &[0x80]].concat())
}
