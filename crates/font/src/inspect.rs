//! Reads what a font says about itself, and what it has.

use std::collections::HashSet;

use facts::{FontAxis, FontFacts};
use skrifa::MetadataProvider;
use skrifa::attribute::Style;
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::FontRef;
use skrifa::string::StringId;

use crate::scripts::SCRIPTS;
use crate::{Error, broken, guarded, open};

/// Characters that are counted: there are not that many.
const MOST_CHARACTERS: usize = 1_200_000;

/// Letters of a name that are kept.
const LONGEST: usize = 200;

/// What a font is. Of a collection the first font is described.
///
/// # Errors
///
/// [`Error::Broken`] where it can't be unpacked, or has no glyphs.
pub fn inspect(bytes: &[u8]) -> Result<FontFacts, Error> {
    guarded(|| read(bytes))
}

fn read(bytes: &[u8]) -> Result<FontFacts, Error> {
    let bytes = open::unpacked(bytes)?;
    let (font, fonts) = open::first(&bytes)?;
    let metrics = font.metrics(Size::unscaled(), LocationRef::default());
    if metrics.glyph_count == 0 {
        return Err(broken("it has no glyphs"));
    }
    let attributes = font.attributes();
    let characters: HashSet<u32> =
        font.charmap().mappings().take(MOST_CHARACTERS).map(|(character, _)| character).collect();
    let axis = |axis: skrifa::Axis| FontAxis {
        tag: axis.tag().to_string(),
        min: axis.min_value(),
        default: axis.default_value(),
        max: axis.max_value(),
    };
    let weight = font.axes().iter().find(|axis| axis.tag() == skrifa::Tag::new(b"wght"));
    let weight = weight.map_or(attributes.weight.value(), |axis| axis.default_value());
    let (family, style) = names(&font);
    let letters = open::has_letters(&font);
    let name = name(&font, &[StringId::FULL_NAME]).unwrap_or_else(|| match style.as_str() {
        "Regular" => family.clone(),
        style => format!("{family} {style}"),
    });
    Ok(FontFacts {
        name,
        family,
        style,
        // The value is bounded, so nothing is lost.
        weight: weight.clamp(1.0, 1000.0).round() as u16,
        italic: attributes.style != Style::Normal,
        monospaced: metrics.is_monospace,
        glyphs: u32::from(metrics.glyph_count),
        characters: u32::try_from(characters.len()).unwrap_or(u32::MAX),
        scripts: SCRIPTS
            .iter()
            .filter(|script| {
                let mut usual = script.letters.iter().flat_map(|line| line.chars());
                letters && usual.all(|letter| characters.contains(&u32::from(letter)))
            })
            .map(|script| script.name.to_owned())
            .collect(),
        axes: font.axes().iter().take(64).map(axis).collect(),
        fonts,
    })
}

/// Family and style, as designers name them.
pub(crate) fn names(font: &FontRef<'_>) -> (String, String) {
    let family =
        name(font, &[StringId::TYPOGRAPHIC_FAMILY_NAME, StringId::FAMILY_NAME, StringId::POSTSCRIPT_NAME]);
    let style = name(font, &[StringId::TYPOGRAPHIC_SUBFAMILY_NAME, StringId::SUBFAMILY_NAME]);
    (family.unwrap_or_else(|| "Nameless".to_owned()), style.unwrap_or_else(|| "Regular".to_owned()))
}

/// The first of these names that there is, in English where it is there in English.
fn name(font: &FontRef<'_>, ids: &[StringId]) -> Option<String> {
    ids.iter().find_map(|id| {
        let name = font.localized_strings(*id).english_or_first()?;
        let name: String = name.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect();
        Some(name.trim().to_owned()).filter(|name| !name.is_empty())
    })
}
