//! The language of image URLs (CONTRACT 7): what stands between `/media/{id}/v1/` and the end of the path.
//!
//! ```text
//! path    = step *( "/" step ) "/" name "." ext
//! step    = "fit/w_W,h_H" | "fill/w_W,h_H" | "scrop/w_W,h_H" | "crop/w_W,h_H" , each with further "," tokens
//! preset  = "preset/" name "/" file "." ext
//! ```
//!
//! Tokens may stand in any order. Those that belong to a step (`w h x y al fp lg scl`) count for that step; the others are
//! options of the whole picture, are usually written after the last step, and may be given once.

mod parse;
mod print;
#[cfg(test)]
mod tests;
mod values;

pub use values::Hundredths;

use serde::{Deserialize, Serialize};

/// Longest side of a `fit`, in pixels (CONTRACT 7.1).
pub const LONGEST_SIDE: u32 = 5000;
/// Longest side of a `fill`, `scrop` or `crop`, in pixels.
pub const LONGEST_EDGE: u32 = 65_535;
/// Most pixels of a result, width times height.
pub const MOST_PIXELS: u64 = 25_000_000;
/// Most steps in one address.
pub const MOST_STEPS: usize = 8;
/// Longest path that is read, in bytes (a transformation of generatePrivateImageUrl may be as long).
pub const LONGEST_PATH: usize = 2000;

/// What an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A transformation, written out.
    Spelled(Transformation),
    /// A transformation that the site has given a name.
    Preset {
        /// The name.
        name: String,
        /// The format that the file name asks for.
        extension: Extension,
    },
}

/// What becomes of a picture: steps one after the other, then the options.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Transformation {
    /// At least one, at most [`MOST_STEPS`].
    pub steps: Vec<Step>,
    /// How the result looks and is encoded.
    pub options: Options,
}

/// Pixels, both at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// One step of a transformation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// As large as fits into the box, aspect kept. Never enlarged without `lg_`.
    Fit {
        /// The box.
        size: Size,
        /// `lg_`.
        upscale: Option<Upscale>,
    },
    /// Exactly this size: scaled until the box is covered, and what is over is cut off.
    Fill {
        /// The size of the result.
        size: Size,
        /// Which part stays.
        anchor: Anchor,
        /// `lg_`.
        upscale: Option<Upscale>,
    },
    /// `scrop`: like `fill`, keeping what matters in the picture.
    SmartCrop {
        /// The size of the result.
        size: Size,
    },
    /// A rectangle, in pixels of what it is cut from.
    Crop {
        /// Where it lies.
        at: Position,
        /// The size of the rectangle.
        size: Size,
        /// `scl_`: the picture is scaled by this factor before it is cut.
        scale: Option<Hundredths>,
    },
}

/// Where the rectangle of a `crop` lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    /// `x_,y_`: its upper left corner.
    Corner {
        /// Pixels from the left.
        x: u32,
        /// Pixels from above.
        y: u32,
    },
    /// `al_`.
    Aligned(Align),
}

/// Which part of a picture stays when something has to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// `al_`: an edge, a corner or the centre (which is what counts without it).
    Aligned(Align),
    /// `fp_x_y`: around a point, in fractions of width and height from 0 to 1.
    Focus {
        /// From the left.
        x: Hundredths,
        /// From above.
        y: Hundredths,
    },
    /// `al_auto`: the focal point, the faces or the most interesting part, whichever is known first.
    Auto,
}

/// One of nine places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(missing_docs)] // Their names say what they are.
pub enum Align {
    #[default]
    Center,
    Top,
    TopLeft,
    TopRight,
    Bottom,
    BottomLeft,
    BottomRight,
    Left,
    Right,
}

/// `lg_`: how a picture is made larger than it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Upscale {
    /// `lg_1`.
    Classic,
    /// `lg_2`.
    Super,
}

/// `usm_R_A_T`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unsharp {
    /// Sigma of the Gaussian, in pixels of the result: 0.1 to 500.
    pub radius: Hundredths,
    /// Share of the difference that is added: 0 to 10.
    pub amount: Hundredths,
    /// Difference below which nothing is added, in steps of 8-bit samples: 0 to 255.
    pub threshold: Hundredths,
}

/// `enc_`: who decides on the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// `enc_auto`: the client, by what it accepts.
    Auto,
    /// `enc_avif`: AVIF.
    Avif,
    /// `enc_pavif`: AVIF that shows while it loads.
    ProgressiveAvif,
}

/// What becomes of a picture that moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Animation {
    /// `pstr`: its first frame.
    Poster,
    /// `anm_all`: every frame.
    All,
}

/// How the result looks and is encoded. Numbers are 0 where nothing is to be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// `q_`: 1 to 100; none: by the area of the result.
    pub quality: Option<u8>,
    /// `quality_auto`: the server chooses, also over `q_`.
    pub quality_auto: bool,
    /// `usm_`.
    pub unsharp: Option<Unsharp>,
    /// `bl`: a JPEG that is not progressive.
    pub baseline: bool,
    /// `wm_`: what is laid over the picture.
    pub watermark: Option<String>,
    /// `con_`: -100 to 100.
    pub contrast: i16,
    /// `br_`: -100 to 100.
    pub brightness: i16,
    /// `sat_`: -100 to 100.
    pub saturation: i16,
    /// `hue_`: degrees, -180 to 180.
    pub hue: i16,
    /// `blur_`: percent, 0 to 100.
    pub blur: u8,
    /// `enc_`.
    pub encoding: Option<Encoding>,
    /// `pstr`, `anm_all`.
    pub animation: Option<Animation>,
    /// What the file name ends in.
    pub extension: Extension,
}

/// A format by the end of a file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[allow(missing_docs)] // Their names say what they are.
pub enum Extension {
    #[default]
    Jpeg,
    Png,
    WebP,
    Avif,
    Gif,
}

/// Why an address is not understood: the token, and a sentence that says what it may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{token}`: {why}")]
pub struct Refused {
    /// As it stood in the address, cut off where it is long.
    pub token: String,
    /// What is wrong with it.
    pub why: String,
}

impl Refused {
    fn new(token: &str, why: impl Into<String>) -> Refused {
        Refused { token: token.chars().take(60).collect(), why: why.into() }
    }
}

impl Size {
    /// Width times height.
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

impl Align {
    /// All of them.
    pub const ALL: [Align; 9] = [
        Align::Center,
        Align::Top,
        Align::TopLeft,
        Align::TopRight,
        Align::Bottom,
        Align::BottomLeft,
        Align::BottomRight,
        Align::Left,
        Align::Right,
    ];

    /// As an address spells it.
    pub fn name(self) -> &'static str {
        match self {
            Align::Center => "c",
            Align::Top => "t",
            Align::TopLeft => "tl",
            Align::TopRight => "tr",
            Align::Bottom => "b",
            Align::BottomLeft => "bl",
            Align::BottomRight => "br",
            Align::Left => "l",
            Align::Right => "r",
        }
    }

    /// Where it is, in fractions of what there is to move, from the left and from above.
    pub fn fractions(self) -> (f64, f64) {
        let across = match self {
            Align::Left | Align::TopLeft | Align::BottomLeft => 0.0,
            Align::Right | Align::TopRight | Align::BottomRight => 1.0,
            _ => 0.5,
        };
        let down = match self {
            Align::Top | Align::TopLeft | Align::TopRight => 0.0,
            Align::Bottom | Align::BottomLeft | Align::BottomRight => 1.0,
            _ => 0.5,
        };
        (across, down)
    }
}

impl Extension {
    /// As an address spells it.
    pub fn name(self) -> &'static str {
        match self {
            Extension::Jpeg => "jpg",
            Extension::Png => "png",
            Extension::WebP => "webp",
            Extension::Avif => "avif",
            Extension::Gif => "gif",
        }
    }

    fn parse(name: &str) -> Option<Extension> {
        Some(match name.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" | "jpe" => Extension::Jpeg,
            "png" => Extension::Png,
            "webp" => Extension::WebP,
            "avif" => Extension::Avif,
            "gif" => Extension::Gif,
            _ => return None,
        })
    }
}
