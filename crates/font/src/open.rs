//! Containers: WOFF and WOFF2 are unpacked, and in a collection the first font counts.

use std::borrow::Cow;

use skrifa::MetadataProvider;
use skrifa::outline::{OutlineGlyphCollection, OutlineGlyphFormat};
use skrifa::raw::{FileRef, FontRef};

use crate::{Error, broken};

/// Bytes that a font may have once it is unpacked: the largest that people use have 30 MiB.
const MOST: u64 = 64 << 20;

/// The bytes of a font as sfnt: what comes in WOFF or WOFF2 is unpacked.
pub(crate) fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    if bytes.len() as u64 > MOST {
        return Err(too_large());
    }
    match bytes.get(..4) {
        Some(b"wOFF") => {
            check_woff(bytes)?;
            wuff::decompress_woff1(bytes)
                .map(Cow::Owned)
                .map_err(|error| broken(format!("it can't be unpacked: {error}")))
        }
        Some(b"wOF2") => wuff::decompress_woff2(bytes)
            .map(Cow::Owned)
            .map_err(|error| broken(format!("it can't be unpacked: {error}"))),
        Some(_) => Ok(Cow::Borrowed(bytes)),
        None => Err(broken("it has no bytes")),
    }
}

fn too_large() -> Error {
    Error::Limit(format!("it has more than {} MiB", MOST >> 20))
}

/// Refuses a WOFF whose tables are said to be larger than a font is: room for them is taken before they are unpacked.
fn check_woff(bytes: &[u8]) -> Result<(), Error> {
    let number = |at: usize| {
        let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes);
        four.map(u64::from).ok_or_else(|| broken("its directory is cut off"))
    };
    let tables = usize::try_from(number(12)? >> 16).unwrap_or_default();
    let mut sum = 0;
    for table in 0..tables {
        sum += number(44 + 20 * table + 12)?;
    }
    if sum > MOST { Err(too_large()) } else { Ok(()) }
}

/// The first font of a file, and how many there are.
pub(crate) fn first(bytes: &[u8]) -> Result<(FontRef<'_>, u32), Error> {
    match FileRef::new(bytes).map_err(broken)? {
        FileRef::Font(font) => Ok((font, 1)),
        FileRef::Collection(collection) => {
            let font = collection.get(0).map_err(broken)?;
            Ok((font, collection.len()))
        }
    }
}

/// The outlines of a font. Not those of variable composites, a format in the making of which no font is without others.
pub(crate) fn outlines<'a>(font: &FontRef<'a>) -> Option<OutlineGlyphCollection<'a>> {
    [OutlineGlyphFormat::Glyf, OutlineGlyphFormat::Cff, OutlineGlyphFormat::Cff2]
        .into_iter()
        .find_map(|format| OutlineGlyphCollection::with_format(font, format))
}

/// Whether letters look like letters. In fonts for formulas an A may be an integral; the name of the glyph tells.
pub(crate) fn has_letters(font: &FontRef<'_>) -> bool {
    let (charmap, names) = (font.charmap(), font.glyph_names());
    let is_other = |letter: char| {
        let name = charmap.map(letter).and_then(|glyph| names.get(glyph));
        name.is_some_and(|name| {
            let name = name.as_str();
            name.len() > 3 && name.bytes().all(|byte| byte.is_ascii_alphabetic()) && !name.starts_with(letter)
        })
    };
    !"AEns".chars().all(is_other)
}
