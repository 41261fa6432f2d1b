//! Plain pictures that stand for files which can't be drawn, one for each kind. Drawn for this project.

use contract::formats::Kind;

/// The MIME type of every icon.
pub const MIME: &str = "image/svg+xml";

/// The name of a kind's icon.
pub fn name(kind: Kind) -> String {
    format!("{}.svg", kind.name())
}

/// The icon with this name.
pub fn by_name(name: &str) -> Option<&'static str> {
    let kind = Kind::ALL.into_iter().find(|kind| self::name(*kind) == name)?;
    Some(match kind {
        Kind::Image => include_str!("../icons/image.svg"),
        Kind::Vector => include_str!("../icons/vector.svg"),
        Kind::Video => include_str!("../icons/video.svg"),
        Kind::Audio => include_str!("../icons/audio.svg"),
        Kind::Document => include_str!("../icons/document.svg"),
        Kind::Archive => include_str!("../icons/archive.svg"),
        Kind::Model3d => include_str!("../icons/model3d.svg"),
        Kind::Font => include_str!("../icons/font.svg"),
    })
}
