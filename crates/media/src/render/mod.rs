//! From an image to another form of it: decoded no larger than needed, cut, scaled, turned, brought to sRGB where its format
//! asks for that, adjusted, and encoded.
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

use std::panic::{AssertUnwindSafe, catch_unwind};

use codecs::{Channels, Metadata, Pixels, Ycc};
use contract::formats::Format;
use contract::transform::{Animation, Extension, Options, Size, Step, Transformation};

use crate::probe::{self, LONGEST_SIDE};
pub(crate) use blur::soft;
use colour::Gamut;
use decode::{Chroma, Opened};
use geometry::{Geometry, geometry};
use orient::{as_stored, swapped, upright};

/// Memory for strips of rows and for the result, which is small beside what is decoded.
const WORK: u64 = 8 << 20;
/// How much larger than the result a picture has to come out of a decoder at least, so that the scaling that follows
/// decides on the quality.
const SPARE: f64 = 2.0;

/// An image as it is stored.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file.
    pub bytes: &'a [u8],
    /// What it is.
    pub format: &'static Format,
    /// EXIF orientation, 1 to 8.
    pub orientation: u8,
    /// The size, as displayed, of the picture that this is a copy of: transformations count its pixels.
    pub original: Option<Size>,
    /// Whether that picture has no pixels of its own, and this copy was drawn for what is wanted.
    pub drawn: bool,
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
    /// Whether colours that sRGB doesn't hold are kept whatever the format: for copies that others are made of.
    pub keep_gamut: bool,
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
    /// Whether nothing of it can be seen through. Formats that know no opacity show white there.
    pub opaque: bool,
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

/// A picture between decoding and encoding.
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

    fn is_opaque(&self) -> bool {
        match self {
            Picture::Pixels(Pixels { channels: Channels::Rgba, samples, .. }) => {
                samples.iter().skip(3).step_by(4).all(|alpha| *alpha == u8::MAX)
            }
            _ => true,
        }
    }
}

/// Makes another form of an image. Blocks, for a few milliseconds up to seconds.
pub fn render(source: &Source<'_>, wanted: &Wanted<'_>) -> Result<Rendered> {
    // Some decoders panic on what they didn't expect.
    catch_unwind(AssertUnwindSafe(|| made(source, wanted)))
        .unwrap_or_else(|_| Err(Error::Broken("the decoder gave up".to_owned())))
}

fn made(source: &Source<'_>, wanted: &Wanted<'_>) -> Result<Rendered> {
    let options = &wanted.transformation.options;
    let quality = encode::quality(options);
    if moves(wanted.output) && options.animation != Some(Animation::Poster) && animation::moves(source) {
        return animation::render(source, wanted, &quality);
    }
    let opened = Opened::new(source, &wanted.limits)?;
    let displayed = swapped(opened.size(), source.orientation);
    let original = source.original.unwrap_or(displayed);
    let shown = geometry(&wanted.transformation.steps, original, wanted.focus, source.drawn)
        .map_err(Error::Refused)?;
    encode::check(shown.size, wanted.output)?;
    let share = |copy: u32, original: u32| f64::from(copy) / f64::from(original);
    let (across, down) = (share(displayed.width, original.width), share(displayed.height, original.height));
    let frame = as_stored(shown.frame.scaled(across, down), opened.size(), source.orientation);
    let copyright = opened.copyright();
    let chroma = match wanted.watermark {
        Some(_) => Chroma::None,
        None => encode::chroma(wanted.output, &quality, shown.size),
    };
    let gamut = gamut(wanted);
    let (picture, icc) = opened.decode(frame, swapped(shown.size, source.orientation), chroma, gamut)?;
    let picture = upright(picture, source.orientation);
    let enlarged = shown.frame.width < f64::from(shown.size.width);
    let picture = finish(picture, wanted, enlarged)?;
    let opaque = picture.is_opaque();
    let metadata = Metadata { icc: icc.as_deref(), exif: copyright.as_deref() };
    let bytes = encode::encode(picture, wanted.output, &quality, metadata)?;
    Ok(Rendered { bytes, size: shown.size, opaque })
}

/// Who takes the newer formats knows profiles, too. A watermark is in sRGB.
fn gamut(wanted: &Wanted<'_>) -> Gamut {
    let knows = wanted.keep_gamut || matches!(wanted.output, Extension::WebP | Extension::Avif);
    if knows && wanted.watermark.is_none() { Gamut::Kept } else { Gamut::Srgb }
}

/// A drawn picture as a PNG, which is as it was drawn.
pub fn png(pixels: Pixels) -> Result<Vec<u8>> {
    let quality = encode::quality(&Options::default());
    encode::encode(Picture::Pixels(pixels), Extension::Png, &quality, Metadata::default())
}

/// A small copy of an image, as displayed, in sRGB: at most `side` pixels on each side.
pub fn small(source: &Source<'_>, side: u32, limits: &Limits) -> Result<Pixels> {
    let opened = Opened::new(source, limits)?;
    let displayed = swapped(opened.size(), source.orientation);
    let steps = [Step::Fit { size: Size { width: side, height: side }, upscale: None }];
    let shown = geometry(&steps, displayed, None, false).map_err(Error::Refused)?;
    let frame = as_stored(shown.frame, opened.size(), source.orientation);
    let stored = swapped(shown.size, source.orientation);
    let (picture, _) = opened.decode(frame, stored, Chroma::None, Gamut::Srgb)?;
    match upright(picture, source.orientation) {
        Picture::Pixels(pixels) => Ok(pixels),
        Picture::Ycc(picture) => Ok(colour::rgb(&picture)),
    }
}

/// The size that a picture of this size gets by these steps; `None` where they can't be followed.
pub fn result_size(steps: &[Step], original: Size) -> Option<Size> {
    Some(geometry(steps, original, None, false).ok()?.size)
}

/// How large, beside the original, a copy of it has to be for a result that looks as one of the original: 0.5 where half of
/// its width and height are enough. The copy is a JPEG with chroma in halves, so a result that keeps all of chroma needs
/// twice as much, and one without loss is never made of a copy: `None`, as where the steps can't be followed.
pub fn scale_needed(
    transformation: &Transformation,
    output: Extension,
    original: Size,
    focus: Option<(f64, f64)>,
) -> Option<f64> {
    let Geometry { frame, size } = geometry(&transformation.steps, original, focus, false).ok()?;
    let spare = match encode::chroma(output, &encode::quality(&transformation.options), size) {
        Chroma::Half => SPARE,
        Chroma::Full => 2.0 * SPARE,
        Chroma::None => return None,
    };
    Some(spare * (f64::from(size.width) / frame.width).max(f64::from(size.height) / frame.height))
}

/// How large to draw the whole of a picture that has no pixels of its own, and `original` as its size, so that the part that is
/// wanted needs no scaling any more; at most `most` pixels. `None` where the steps can't be followed.
pub fn drawing_size(
    transformation: &Transformation,
    original: Size,
    focus: Option<(f64, f64)>,
    most: u64,
) -> Option<Size> {
    let Geometry { frame, size } = geometry(&transformation.steps, original, focus, true).ok()?;
    let scale = (f64::from(size.width) / frame.width).max(f64::from(size.height) / frame.height);
    let scale = scale.min((most as f64 / original.pixels() as f64).sqrt());
    let side = |side: u32| (f64::from(side) * scale).round().clamp(1.0, f64::from(LONGEST_SIDE)) as u32;
    Some(Size { width: side(original.width), height: side(original.height) })
}

/// About the memory that one rendering takes, in bytes, judged by the first bytes of the file. Where those don't tell, the
/// largest image that is allowed is expected.
pub fn cost(head: &[u8], format: &'static Format, size: u64, limits: &probe::Limits) -> u64 {
    // A PNG that isn't interlaced is read by rows; its header says so in a fixed place.
    let by_rows = format.name == "png" && head.get(28) == Some(&0);
    let decoding = if by_rows { size } else { probe::cost(head, format, size, limits) };
    decoding + WORK
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
