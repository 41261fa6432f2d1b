//! Pictures that stand for files which can't be drawn: a sheet with a sign of what it is, and the short name of its format.
//! Drawn for this project.

mod letters;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use contract::formats::{self, Format, Kind};

use letters::LETTERS;

/// The MIME type of every icon.
pub const MIME: &str = "image/svg+xml";

/// The name of a format's icon.
pub fn name(format: &Format) -> String {
    format!("{}.svg", format.name)
}

/// The icon with this name: that of a format, or of a kind, which says no format.
pub fn by_name(name: &str) -> Option<&'static str> {
    static ICONS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
        let kinds =
            Kind::ALL.into_iter().map(|kind| (format!("{}.svg", kind.name()), drawing(kind, "").to_owned()));
        let formats = formats::ALL.iter().map(|format| (self::name(format), labelled(format)));
        kinds.chain(formats).collect()
    });
    ICONS.get(name).map(String::as_str)
}

/// The drawing for a format, without its name.
fn drawing(kind: Kind, format: &str) -> &'static str {
    match (kind, format) {
        (_, "pdf") => include_str!("../icons/pdf.svg"),
        (_, "doc" | "docx" | "odt" | "rtf") => include_str!("../icons/word.svg"),
        (_, "xls" | "xlsx" | "ods" | "csv") => include_str!("../icons/sheet.svg"),
        (_, "ppt" | "pptx" | "odp") => include_str!("../icons/slides.svg"),
        (_, "txt") => include_str!("../icons/text.svg"),
        (_, "md") => include_str!("../icons/markdown.svg"),
        (_, "epub") => include_str!("../icons/book.svg"),
        (Kind::Image, _) => include_str!("../icons/image.svg"),
        (Kind::Vector, _) => include_str!("../icons/vector.svg"),
        (Kind::Video, _) => include_str!("../icons/video.svg"),
        (Kind::Audio, _) => include_str!("../icons/audio.svg"),
        (Kind::Document, _) => include_str!("../icons/document.svg"),
        (Kind::Archive, _) => include_str!("../icons/archive.svg"),
        (Kind::Model3d, _) => include_str!("../icons/model3d.svg"),
        (Kind::Font, _) => include_str!("../icons/font.svg"),
    }
}

/// Where the name of a format stands: the middle of its baseline, the height of its letters, and the room for them.
const MIDDLE: (f32, f32) = (126.0, 223.0);
const HEIGHT: f32 = 30.0;
const ROOM: f32 = 136.0;

/// The drawing for a format with its name on it, in outlines, so that no font is needed.
fn labelled(format: &Format) -> String {
    let label = if *format == formats::MPEG_TS { "TS".to_owned() } else { format.name.to_uppercase() };
    let letters = label.chars().filter_map(|letter| LETTERS.iter().find(|(known, _, _)| *known == letter));
    let letters: Vec<_> = letters.collect();
    // The letters are a thousand units high; a little space between them reads better on colour.
    const SPACE: f32 = 60.0;
    let width: f32 = letters.iter().map(|(_, width, _)| f32::from(*width) + SPACE).sum::<f32>() - SPACE;
    let scale = (HEIGHT / 1000.0).min(ROOM / width.max(1.0));
    let (x, y) = (MIDDLE.0 - width * scale / 2.0, MIDDLE.1 - (HEIGHT - scale * 1000.0) / 2.0);
    let mut outlines =
        format!("  <g transform=\"translate({x:.2} {y:.2}) scale({scale:.5})\" fill=\"#fff\">");
    let mut at = 0.0;
    for (_, width, outline) in letters {
        // Writing into a string doesn't fail.
        let _ = write!(outlines, "<path transform=\"translate({at})\" d=\"{outline}\"/>");
        at += f32::from(*width) + SPACE;
    }
    drawing(format.kind, format.name).replace("</svg>", &format!("{outlines}</g>\n</svg>"))
}

#[cfg(test)]
mod tests {
    use contract::formats::{ALL, Kind};

    use super::{by_name, name};

    #[test]
    fn every_format_and_every_kind_has_an_icon_of_its_own() {
        let mut icons: Vec<&str> = ALL.iter().filter_map(|format| by_name(&name(format))).collect();
        icons.extend(Kind::ALL.iter().filter_map(|kind| by_name(&format!("{}.svg", kind.name()))));
        let count = icons.len();
        assert_eq!(count, ALL.len() + Kind::ALL.len());
        icons.sort_unstable();
        icons.dedup();
        assert_eq!(icons.len(), count);
        assert!(icons.iter().all(|icon| icon.ends_with("</svg>\n")));
        assert_eq!(by_name("../x.svg"), None);
    }
}
