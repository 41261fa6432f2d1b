//! WOFF2: the form in which pages load fonts.

use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::pen::PathElement;
use skrifa::outline::{DrawSettings, OutlineGlyphCollection};
use skrifa::raw::{FontRef, TableProvider};
use ttf2woff2::{BrotliQuality, EncodeOptions};

use crate::{Error, broken, guarded, open};

/// How hard Brotli tries. 11 takes fewer bytes by a few percent, and many times as long; fonts beyond the size below
/// go without.
const EFFORT: [u8; 2] = [11, 9];
const SMALL: usize = 2 << 20;

/// Where a table of short offsets ends.
const SHORT_OFFSETS: usize = 131_070;

/// Packs a font as WOFF2. What comes out is unpacked again and compared: every table but those that the format
/// writes anew, and every outline.
///
/// # Errors
///
/// [`Error::Unsupported`] for collections, [`Error::Broken`] where the font can't be read or packed.
pub fn to_woff2(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    guarded(|| checked(bytes))
}

fn checked(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let font = open::unpacked(bytes)?;
    if font.starts_with(b"ttcf") {
        return Err(Error::Unsupported("a collection of fonts can't be packed as one".to_owned()));
    }
    FontRef::new(&font).map_err(broken)?;
    // Outlines packed in their own way take fewer bytes, but not every font survives that.
    let transformed = guarded(|| pack(&font, true)).and_then(|packed| same(&font, &packed).map(|()| packed));
    transformed.or_else(|_| pack(&font, false).and_then(|packed| same(&font, &packed).map(|()| packed)))
}

fn pack(font: &[u8], transform: bool) -> Result<Vec<u8>, Error> {
    let effort = EFFORT[usize::from(font.len() > SMALL)];
    let options = EncodeOptions {
        quality: BrotliQuality::from(effort),
        transform_glyf_loca: transform,
        ..EncodeOptions::default()
    };
    ttf2woff2::encode_with_options(font, options).map_err(broken)
}

/// Whether a packed font is the one that was packed.
fn same(font: &[u8], packed: &[u8]) -> Result<(), Error> {
    let differs = |what: &str| broken(format!("packed, its {what} would be another"));
    let unpacked = open::unpacked(packed)?;
    let (before, after) = (FontRef::new(font).map_err(broken)?, FontRef::new(&unpacked).map_err(broken)?);
    for record in before.table_directory().table_records() {
        let tag = record.tag();
        let rewritten = matches!(&tag.to_be_bytes(), b"glyf" | b"loca" | b"head" | b"DSIG");
        let (old, new) = (before.table_data(tag), after.table_data(tag));
        if !rewritten && old.map(|old| old.as_bytes()) != new.map(|new| new.as_bytes()) {
            return Err(differs("table"));
        }
    }
    let short = after.head().is_ok_and(|head| head.index_to_loc_format() == 0);
    let glyphs = after.table_data(skrifa::Tag::new(b"glyf")).map_or(0, |table| table.len());
    if short && glyphs > SHORT_OFFSETS {
        return Err(differs("offsets"));
    }
    let outlines = (open::outlines(&before), open::outlines(&after));
    let (Some(old), Some(new)) = outlines else { return Ok(()) };
    let outline = |outlines: &OutlineGlyphCollection<'_>, glyph| {
        let mut path: Vec<PathElement> = Vec::new();
        let outline = outlines.get(glyph)?;
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        outline.draw(settings, &mut path).ok().map(|_| path)
    };
    let count = before.metrics(Size::unscaled(), LocationRef::default()).glyph_count;
    let mut glyphs = (0..u32::from(count)).map(skrifa::GlyphId::new);
    if glyphs.any(|glyph| outline(&old, glyph) != outline(&new, glyph)) {
        return Err(differs("outlines"));
    }
    Ok(())
}
