//! Containers whose inside decides: ISO media, zip, OLE, Ogg, Matroska, ASF, gzip.

use std::io::Read;

use contract::formats::{self as f, Format};
use flate2::read::GzDecoder;

use super::{le16, le32, mpeg_audio, text};

/// The format of a container, where `head` is one.
pub(super) fn format(head: &[u8]) -> Option<&'static Format> {
    if head.get(4..8) == Some(b"ftyp") {
        return iso_media(head);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Some(zip(head));
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return ole(head);
    }
    if head.starts_with(&[0x1f, 0x8b, 8]) {
        return Some(gzip(head));
    }
    // QuickTime files from before there were brands, and transport streams with a time code before each packet.
    let box_size = head.first_chunk::<4>().map(|size| u32::from_be_bytes(*size));
    let old = matches!(head.get(4..8), Some(b"moov" | b"mdat" | b"wide" | b"free" | b"skip"));
    // The letters of a text would be a box of more than half a gigabyte.
    if old && box_size.is_some_and(|size| size == 1 || (8..1 << 29).contains(&size)) {
        return Some(&f::MOV);
    }
    if head.get(4) == Some(&0x47) && head.get(196) == Some(&0x47) && head.get(388) == Some(&0x47) {
        return Some(&f::MPEG_TS);
    }
    None
}

/// By the brands of the `ftyp` box: the major one first, then the compatible ones.
fn iso_media(head: &[u8]) -> Option<&'static Format> {
    let size = u32::from_be_bytes(head.get(..4)?.try_into().ok()?) as usize;
    let brands = head.get(8..size.clamp(12, 256).min(head.len()))?;
    let major = std::iter::once(brands.get(..4)?);
    let compatible = brands.get(8..).unwrap_or_default().as_chunks::<4>().0.iter().map(|brand| &brand[..]);
    major.chain(compatible).find_map(|brand| {
        Some(match brand {
            b"avif" | b"avis" => &f::AVIF,
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1"
                if !is_avif(brands) =>
            {
                &f::HEIC
            }
            b"qt  " => &f::MOV,
            b"M4A " | b"M4B " | b"M4P " => &f::M4A,
            b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1" | b"dash"
            | b"M4V " | b"M4VH" | b"MSNV" | b"f4v " | b"mmp4" => &f::MP4,
            brand if brand.starts_with(b"3g") => &f::THREE_GP,
            _ => return None,
        })
    })
}

/// `mif1` says only that it is a still image; which codec, another brand says.
fn is_avif(brands: &[u8]) -> bool {
    brands.as_chunks::<4>().0.iter().any(|brand| brand == b"avif" || brand == b"avis")
}

/// Office files, OpenDocument and EPUB are zips with certain entries near the start.
fn zip(head: &[u8]) -> &'static Format {
    let names: Vec<&[u8]> = zip_names(head);
    let has = |prefix: &[u8]| names.iter().any(|name| name.starts_with(prefix));
    if names.first() == Some(&&b"mimetype"[..]) {
        let content = head.get(38..).unwrap_or_default();
        let kinds: [(&[u8], &'static Format); 4] = [
            (b"application/epub+zip", &f::EPUB),
            (b"application/vnd.oasis.opendocument.text", &f::ODT),
            (b"application/vnd.oasis.opendocument.spreadsheet", &f::ODS),
            (b"application/vnd.oasis.opendocument.presentation", &f::ODP),
        ];
        if let Some((_, format)) = kinds.iter().find(|(mime, _)| content.starts_with(mime)) {
            return format;
        }
    }
    if has(b"[Content_Types].xml") || has(b"_rels/") || has(b"docProps/") {
        let kinds: [(&[u8], &'static Format); 3] =
            [(b"word/", &f::DOCX), (b"xl/", &f::XLSX), (b"ppt/", &f::PPTX)];
        let of = |name: &&[u8]| kinds.iter().find(|(prefix, _)| name.starts_with(prefix));
        // The first one: a table that a presentation holds shows names, too.
        if let Some((_, format)) = names.iter().find_map(of) {
            return format;
        }
    }
    &f::ZIP
}

/// Names in the local headers within `head`. Sizes may be missing there, so headers are searched, not walked.
fn zip_names(head: &[u8]) -> Vec<&[u8]> {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(found) =
        head.get(at..).and_then(|rest| rest.windows(4).position(|four| four == b"PK\x03\x04"))
    {
        let header = at + found;
        let length = le16(head, header + 26).unwrap_or(0) as usize;
        if let Some(name) = head.get(header + 30..header + 30 + length) {
            names.push(name);
        }
        at = header + 30;
    }
    names
}

/// Old Office files: the directory of an OLE file names its streams in UTF-16.
fn ole(head: &[u8]) -> Option<&'static Format> {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        head.windows(wide.len()).any(|window| window == wide)
    };
    // The directory may lie behind what we see; then the header's first directory sector tells at least that much.
    if has("WordDocument") {
        Some(&f::DOC)
    } else if has("Workbook") || has("Book") {
        Some(&f::XLS)
    } else if has("PowerPoint Document") {
        Some(&f::PPT)
    } else {
        (le32(head, 48)? as usize * 512 + 512 >= head.len()).then_some(&f::DOC)
    }
}

/// A gzip is an archive, unless an SVG is in it.
fn gzip(head: &[u8]) -> &'static Format {
    let mut inside = Vec::new();
    // The head ends in the middle of the stream, so an error at the end is no matter.
    let _ = GzDecoder::new(head).take(super::HEAD as u64).read_to_end(&mut inside);
    if text::is_svg(&inside) { &f::SVG } else { &f::GZIP }
}

pub(super) fn ogg(head: &[u8]) -> &'static Format {
    let start = &head[..head.len().min(512)];
    let is_video = start.windows(6).any(|window| window == b"theora");
    if is_video { &f::OGV } else { &f::OGG }
}

pub(super) fn matroska(head: &[u8]) -> &'static Format {
    let start = &head[..head.len().min(64)];
    if start.windows(4).any(|window| window == b"webm") { &f::WEBM } else { &f::MKV }
}

/// Windows media: with a video stream it is one, else it is a sound.
pub(super) fn asf(head: &[u8]) -> &'static Format {
    const VIDEO: [u8; 16] =
        [0xc0, 0xef, 0x19, 0xbc, 0x4d, 0x5b, 0xcf, 0x11, 0xa8, 0xfd, 0x00, 0x80, 0x5f, 0x5c, 0x44, 0x2b];
    if head.windows(16).any(|window| window == VIDEO) { &f::WMV } else { &f::WMA }
}

/// ID3 tags stand before MP3, and sometimes before AAC or FLAC.
pub(super) fn after_id3(head: &[u8]) -> &'static Format {
    let size = head
        .get(6..10)
        .map_or(0, |size| size.iter().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7f)));
    match head.get(10 + size..) {
        Some(rest) if rest.starts_with(b"fLaC") => &f::FLAC,
        Some(rest) if !mpeg_audio(rest) && super::adts(rest) => &f::AAC,
        _ => &f::MP3,
    }
}
