//! Fonts for texts in drawings: those of the machine, and one family that comes with the program.

use std::sync::{Arc, OnceLock};

use resvg::usvg::fontdb::{Database, Family, ID, Query, Stretch, Style, Weight};
use resvg::usvg::{Font, FontFamily, FontResolver, FontStretch, FontStyle};

/// What stands for a family that isn't there: the first of these that is.
const SERIF: &[&str] = &["Times New Roman", "Liberation Serif", "Tinos", "Noto Serif", "DejaVu Serif"];
const SANS: &[&str] = &["Arial", "Liberation Sans", "Arimo", "Helvetica", "Noto Sans", "DejaVu Sans"];
const MONO: &[&str] = &["Courier New", "Liberation Mono", "Cousine", "Noto Sans Mono", "DejaVu Sans Mono"];

/// All fonts there are. Read once, as each file of the machine is looked at.
pub(crate) fn database() -> Arc<Database> {
    static DATABASE: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut database = Database::new();
        database.load_system_fonts();
        for font in [
            dejavu::sans::regular(),
            dejavu::sans::bold(),
            dejavu::sans::oblique(),
            dejavu::serif::regular(),
            dejavu::sans_mono::regular(),
        ] {
            database.load_font_source(resvg::usvg::fontdb::Source::Binary(Arc::new(font)));
        }
        let first = |database: &Database, names: &'static [&'static str]| {
            let is_there = |name: &str| {
                let families = [Family::Name(name)];
                database.query(&Query { families: &families, ..Query::default() }).is_some()
            };
            names.iter().copied().find(|name| is_there(name)).unwrap_or("DejaVu Sans")
        };
        let (serif, sans, mono) = (first(&database, SERIF), first(&database, SANS), first(&database, MONO));
        database.set_serif_family(serif);
        database.set_sans_serif_family(sans);
        database.set_monospace_family(mono);
        database.set_cursive_family(sans);
        database.set_fantasy_family(sans);
        Arc::new(database)
    };
    DATABASE.get_or_init(load).clone()
}

/// Chooses fonts: the first family that is there, else one of the same sort by the look of its name.
pub(crate) fn resolver() -> FontResolver<'static> {
    FontResolver {
        select_font: Box::new(|font, database| select(font, database)),
        select_fallback: FontResolver::default_fallback_selector(),
    }
}

fn select(font: &Font, database: &Database) -> Option<ID> {
    let mut families: Vec<Family<'_>> = font
        .families()
        .iter()
        .map(|family| match family {
            FontFamily::Serif => Family::Serif,
            FontFamily::SansSerif => Family::SansSerif,
            FontFamily::Cursive => Family::Cursive,
            FontFamily::Fantasy => Family::Fantasy,
            FontFamily::Monospace => Family::Monospace,
            FontFamily::Named(name) => Family::Name(name),
        })
        .collect();
    families.push(instead(font.families()));
    let style = match font.style() {
        FontStyle::Normal => Style::Normal,
        FontStyle::Italic => Style::Italic,
        FontStyle::Oblique => Style::Oblique,
    };
    let stretch = match font.stretch() {
        FontStretch::UltraCondensed => Stretch::UltraCondensed,
        FontStretch::ExtraCondensed => Stretch::ExtraCondensed,
        FontStretch::Condensed => Stretch::Condensed,
        FontStretch::SemiCondensed => Stretch::SemiCondensed,
        FontStretch::Normal => Stretch::Normal,
        FontStretch::SemiExpanded => Stretch::SemiExpanded,
        FontStretch::Expanded => Stretch::Expanded,
        FontStretch::ExtraExpanded => Stretch::ExtraExpanded,
        FontStretch::UltraExpanded => Stretch::UltraExpanded,
    };
    database.query(&Query { families: &families, weight: Weight(font.weight()), stretch, style })
}

/// What comes nearest to families that aren't there.
fn instead(families: &[FontFamily]) -> Family<'static> {
    let named = families.iter().find_map(|family| match family {
        FontFamily::Named(name) => Some(name.to_lowercase()),
        _ => None,
    });
    let Some(name) = named else { return Family::SansSerif };
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["mono", "courier", "consol", "code", "menlo", "typewriter"]) {
        Family::Monospace
    } else if !name.contains("sans")
        && has(&["serif", "times", "georgia", "garamond", "palatino", "roman", "bodoni", "cambria", "minion"])
    {
        Family::Serif
    } else {
        Family::SansSerif
    }
}
