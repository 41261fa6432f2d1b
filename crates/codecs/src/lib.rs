//! Safe functions over the codecs: the only crate that calls libraries written in C. Knows pixels, and nothing of what
//! they are for.
//!
//! Every decoder reads the header first and is told by its caller how far it may go; hostile bytes give an [`Error`].

pub mod jpeg;

/// Interleaved 8-bit samples, rows top to bottom without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// What a pixel consists of.
    pub channels: Channels,
    /// `width * height * channels.count()` samples.
    pub samples: Vec<u8>,
}

/// What a pixel consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channels {
    /// Lightness alone.
    Gray,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, opacity (not premultiplied).
    Rgba,
}

impl Channels {
    /// Samples of a pixel.
    pub fn count(self) -> usize {
        match self {
            Channels::Gray => 1,
            Channels::Rgb => 3,
            Channels::Rgba => 4,
        }
    }
}

/// 8-bit samples of one component, rows top to bottom without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    /// Samples.
    pub width: u32,
    /// Samples.
    pub height: u32,
    /// `width * height` samples.
    pub samples: Vec<u8>,
}

/// A picture in luma and chroma as JPEG has them: BT.601, full range. The chroma planes may be smaller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ycc {
    /// Luma; its size is that of the picture.
    pub y: Plane,
    /// Blue minus luma, around 128.
    pub cb: Plane,
    /// Red minus luma, around 128; as large as `cb`.
    pub cr: Plane,
}

/// Why bytes give no picture, or a picture no bytes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes are no whole picture of their format; what the library says of them.
    #[error("the picture is damaged: {0}")]
    Damaged(String),
    /// The picture has more pixels, or needs more memory, than the caller allows.
    #[error("the picture is larger than is allowed")]
    TooLarge,
    /// A variant of the format that isn't supported.
    #[error("the picture is of a kind that isn't supported: {0}")]
    Unsupported(String),
    /// The picture can't be written.
    #[error("the picture can't be written: {0}")]
    Failed(String),
}

/// What the functions here return.
pub type Result<T> = std::result::Result<T, Error>;
