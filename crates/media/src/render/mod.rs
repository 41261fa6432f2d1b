//! From an image to another form of it: decoded no larger than needed, cut, scaled, turned, brought to sRGB, adjusted, and
//! encoded.
//!
//! JPEGs stay luma and chroma all the way, each plane scaled on its own, which spares more than half of the work. Formulas
//! and reasons are in docs/IMAGES.md.

mod adjust;
mod animation;
mod blur;
mod colour;
mod decode;
mod encode;
mod geometry;
mod jpeg;
mod orient;
mod png;
mod scale;
mod watermark;

use codecs::{Pixels, Ycc};
use contract::formats::Format;
use contract::transform::{Animation, Extension, Size, Transformation};

use decode::Opened;
use geometry::geometry;
use orient::{as_stored, swapped, upright};

/// An image as it is stored.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file.
    pub bytes: &'a [u8],
    /// What it is.
    pub format: &'static Format,
    /// EXIF orientation, 1 to 8.
    pub orientation: u8,
}

/// What is wanted of an image.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Steps and options; the extension counts no more, and neither does `enc_`.
    pub transformation: &'a Transformation,
    /// The format of the result.
    pub output: Extension,
    /// The point that matters, in fractions from the left and from above.
    pub focus: Option<(f64, f64)>,
    /// What is laid over the result, where the transformation has a watermark.
    pub watermark: Option<Source<'a>>,
    /// Limits of the decoders.
    pub limits: Limits,
}

/// How far a decoder may go.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Pixels of an image, width times height.
    pub pixels: u64,
    /// Pixels of all frames of an animation, as they are decoded.
    pub animation_pixels: u64,
}

/// An image in its new form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its size.
    pub size: Size,
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is wanted can't be had of this image; a sentence for people.
    #[error("{0}")]
    Refused(String),
    /// The image is damaged, or larger than is allowed.
    #[error("the image can't be read: {0}")]
    Broken(String),
    /// A variant of a format that can't be decoded here.
    #[error("the image can't be read here: {0}")]
    Unsupported(String),
    /// A library failed where it should not.
    #[error("the image can't be made: {0}")]
    Failed(String),
}

type Result<T> = std::result::Result<T, Error>;

impl From<codecs::Error> for Error {
    fn from(error: codecs::Error) -> Error {
        match error {
            codecs::Error::Damaged(_) | codecs::Error::TooLarge { .. } => Error::Broken(error.to_string()),
            codecs::Error::Unsupported(text) => Error::Unsupported(text),
            codecs::Error::Failed(text) => Error::Failed(text),
        }
    }
}

/// A picture between decoding and encoding, in sRGB.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Picture {
    Ycc(Ycc),
    Pixels(Pixels),
}

impl Picture {
    fn size(&self) -> Size {
        match self {
            Picture::Ycc(picture) => Size { width: picture.y.width, height: picture.y.height },
            Picture::Pixels(picture) => Size { width: picture.width, height: picture.height },
        }
    }
}

/// Makes another form of an image. Blocks, for a few milliseconds up to seconds.
pub fn render(source: &Source<'_>, wanted: &Wanted<'_>) -> Result<Rendered> {
    let options = &wanted.transformation.options;
    let quality = encode::quality(options);
    if moves(wanted.output) && options.animation != Some(Animation::Poster) && animation::moves(source) {
        return animation::render(source, wanted, &quality);
    }
    let opened = Opened::new(source, &wanted.limits)?;
    let displayed = swapped(opened.size(), source.orientation);
    let shown = geometry(&wanted.transformation.steps, displayed, wanted.focus).map_err(Error::Refused)?;
    encode::check(shown.size, wanted.output)?;
    let frame = as_stored(shown.frame, opened.size(), source.orientation);
    let copyright = opened.copyright();
    let chroma = encode::chroma(wanted, &quality, shown.size);
    let picture = opened.decode(frame, swapped(shown.size, source.orientation), chroma)?;
    let picture = upright(picture, source.orientation);
    let enlarged = shown.frame.width < f64::from(shown.size.width);
    let picture = finish(picture, wanted, enlarged)?;
    let bytes = encode::encode(picture, wanted.output, &quality, copyright.as_deref())?;
    Ok(Rendered { bytes, size: shown.size })
}

/// Everything that follows once a picture has its size.
fn finish(picture: Picture, wanted: &Wanted<'_>, enlarged: bool) -> Result<Picture> {
    let options = &wanted.transformation.options;
    let picture = adjust::adjusted(picture, options);
    let picture = blur::blurred(picture, options.blur);
    let mask = options
        .unsharp
        .or_else(|| enlarged.then(|| blur::enlargement(&wanted.transformation.steps)).flatten());
    let picture = match mask {
        Some(mask) => blur::sharpened(picture, &mask),
        None => picture,
    };
    match &wanted.watermark {
        Some(mark) => watermark::laid_over(picture, mark, &wanted.limits),
        None => Ok(picture),
    }
}

/// Whether a format holds several frames.
fn moves(output: Extension) -> bool {
    matches!(output, Extension::Gif | Extension::WebP)
}
