//! From a file's bytes to its facts.
//!
//! Limits are checked on the header, before anything is decoded. Colours are a matter of taste next to that: where they
//! can't be had, the rest of the facts stands.

use std::fs;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use codecs::Pixels;
use contract::formats::{self, Format, Kind};
use contract::transform::Size;
use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, ImageReader};

use crate::glance::{Glance, SIDE, glance};
use crate::render::{self, Source, small};
use crate::tools::Tools;
use crate::{gif, isobmff, jpeg};
use facts::{Facts, ImageFacts};

/// Limits of a probe.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most pixels of an image, width times height.
    pub pixels: u64,
}

/// Why a file gives no facts.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The content can't be used; a sentence for people.
    #[error("{0}")]
    Broken(String),
    /// The image has more pixels than are allowed.
    #[error("the image has {width} x {height} pixels, more than the {limit} that are allowed")]
    TooLarge {
        /// Pixels, as the header says.
        width: u32,
        /// Pixels, as the header says.
        height: u32,
        /// Pixels that are allowed.
        limit: u64,
    },
    /// The bytes could not be read.
    #[error("the file could not be read")]
    Io(#[from] std::io::Error),
}

/// The longest side of an image: beyond it, decoders count in numbers that are too small.
pub(crate) const LONGEST_SIDE: u32 = 65_535;
/// Pixels that the scans of a JPEG may go over, all in all.
const MOST_WORK: u64 = 4_000_000_000;
/// What a pixel costs a decoder at the most, in bytes: 16 bits in four channels, and a copy in eight bits.
const PIXEL: u64 = 12;

/// Finds out what can be known of a file. Other kinds than images have no facts yet, and none is wrong with them.
pub fn probe(
    path: &Path,
    format: &'static Format,
    limits: &Limits,
    tools: &Tools,
) -> Result<Facts, ProbeError> {
    if format.kind != Kind::Image {
        return Ok(Facts::default());
    }
    let bytes = fs::read(path)?;
    let header = header(&bytes, format)?;
    let (width, height) = (header.width, header.height);
    let area = u64::from(width) * u64::from(height);
    if area > limits.pixels || width.max(height) > LONGEST_SIDE {
        return Err(ProbeError::TooLarge { width, height, limit: limits.pixels });
    }
    if area.saturating_mul(header.scans) > MOST_WORK {
        return Err(broken("it has too many scans"));
    }
    let seen = look(&bytes, path, format, &header, limits, tools)?;
    let turned = matches!(header.orientation, 5..=8);
    let (width, height) = if turned { (height, width) } else { (width, height) };
    let animated = animated(&bytes, format).unwrap_or(header.animated);
    let image = ImageFacts { animated, orientation: header.orientation, ..known(seen, width, height) };
    Ok(Facts { image: Some(image), ..Facts::default() })
}

/// The size of an image, as displayed; none where its header can't be read.
pub fn size(bytes: &[u8], format: &'static Format) -> Option<Size> {
    let header = header(bytes, format).ok()?;
    let (width, height) = (header.width, header.height);
    let turned = matches!(header.orientation, 5..=8);
    Some(if turned { Size { width: height, height: width } } else { Size { width, height } })
}

/// What is known of a picture of this size that was drawn, by a small copy of it: at most 100 pixels on each side.
pub fn drawn(copy: &Pixels, width: u32, height: u32) -> ImageFacts {
    known(glance(copy), width, height)
}

fn known(seen: Glance, width: u32, height: u32) -> ImageFacts {
    let (prominent, palette) =
        seen.colors.map_or((None, Vec::new()), |(prominent, palette)| (Some(prominent), palette));
    ImageFacts {
        width,
        height,
        orientation: 1,
        animated: false,
        prominent,
        palette,
        focus: seen.focus,
        thumbhash: seen.thumbhash,
        blurhash: seen.blurhash,
    }
}

/// About how much memory [`probe`] takes for a file, in bytes, judged by its size and its first bytes. Where those don't
/// tell, the largest image that is allowed is expected.
pub fn cost(head: &[u8], format: &Format, size: u64, limits: &Limits) -> u64 {
    if format.kind != Kind::Image {
        return 0;
    }
    // What describes the picture comes first in these, and their readers ask for what follows.
    let header = match format.name {
        "avif" | "heic" => {
            isobmff::picture(head).map(|picture| Header::new(picture.stored.0, picture.stored.1, 1, false))
        }
        _ => header(head, format).ok(),
    };
    let (pixels, each) = match header {
        Some(header) => {
            let pixels = u64::from(header.width) * u64::from(header.height);
            // A plain JPEG is decoded at a fraction of its size; a progressive one keeps all coefficients.
            let each = match format.name {
                "jpeg" if header.progressive => 8,
                "jpeg" => 1,
                _ => PIXEL,
            };
            (pixels.min(limits.pixels), each)
        }
        None => (limits.pixels, if format.name == "jpeg" { 1 } else { PIXEL }),
    };
    size + pixels * each
}

/// What the header of an image says.
struct Header {
    /// As stored.
    width: u32,
    height: u32,
    orientation: u8,
    animated: bool,
    /// Passes of a JPEG over the picture.
    scans: u64,
    progressive: bool,
    /// Whether a JPEG has its end.
    complete: bool,
}

impl Header {
    fn new(width: u32, height: u32, orientation: u8, animated: bool) -> Header {
        Header { width, height, orientation, animated, scans: 1, progressive: false, complete: true }
    }
}

fn broken(what: impl std::fmt::Display) -> ProbeError {
    ProbeError::Broken(format!("the image can't be read: {what}"))
}

fn header(bytes: &[u8], format: &Format) -> Result<Header, ProbeError> {
    match format.name {
        "jpeg" => jpeg_header(bytes),
        "avif" => {
            let info = codecs::avif::info(bytes).map_err(broken)?;
            Ok(Header::new(info.width, info.height, 1, info.animated))
        }
        "heic" => {
            let picture = isobmff::picture(bytes).ok_or_else(|| broken("its picture has no size"))?;
            Ok(Header::new(picture.width, picture.height, 1, picture.sequence))
        }
        _ => {
            let format = codec(format).ok_or_else(|| broken("its format has no decoder"))?;
            let mut decoder =
                ImageReader::with_format(Cursor::new(bytes), format).into_decoder().map_err(broken)?;
            let (width, height) = decoder.dimensions();
            let orientation = orientation(&mut decoder).unwrap_or(Orientation::NoTransforms).to_exif();
            Ok(Header::new(width, height, orientation, false))
        }
    }
}

/// By the EXIF data of the file, which some begin as a JPEG does, or by what the format has for it.
fn orientation(decoder: &mut impl ImageDecoder) -> Option<Orientation> {
    let exif = decoder.exif_metadata().ok().flatten();
    let exif =
        exif.and_then(|exif| Orientation::from_exif_chunk(exif.strip_prefix(b"Exif\0\0").unwrap_or(&exif)));
    exif.or_else(|| decoder.orientation().ok())
}

fn jpeg_header(bytes: &[u8]) -> Result<Header, ProbeError> {
    let decoder = codecs::jpeg::Decoder::open(bytes).map_err(broken)?;
    let (width, height) = (decoder.header().width, decoder.header().height);
    let structure = jpeg::structure(bytes);
    let orientation =
        structure.exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
    let (scans, progressive, complete) = (structure.scans, structure.progressive, structure.complete);
    let plain = Header::new(width, height, orientation.to_exif(), false);
    Ok(Header { scans, progressive, complete, ..plain })
}

pub(crate) fn codec(format: &Format) -> Option<ImageFormat> {
    Some(match format.name {
        "png" => ImageFormat::Png,
        "gif" => ImageFormat::Gif,
        "webp" => ImageFormat::WebP,
        "tiff" => ImageFormat::Tiff,
        "bmp" => ImageFormat::Bmp,
        "ico" => ImageFormat::Ico,
        _ => return None,
    })
}

/// Whether there is more than one frame, for formats whose header doesn't tell. Only called once the size is known to be
/// within the limits, and without decoding a frame.
fn animated(bytes: &[u8], format: &Format) -> Option<bool> {
    match format.name {
        "png" => {
            let png = image::codecs::png::PngDecoder::new(Cursor::new(bytes)).ok()?;
            png.is_apng().ok()
        }
        "webp" => Some(image::codecs::webp::WebPDecoder::new(Cursor::new(bytes)).ok()?.has_animation()),
        "gif" => Some(gif::frames(bytes, 2) > 1),
        _ => None,
    }
}

fn look(
    bytes: &[u8],
    path: &Path,
    format: &'static Format,
    header: &Header,
    limits: &Limits,
    tools: &Tools,
) -> Result<Glance, ProbeError> {
    if !header.complete {
        return Err(broken("its end is missing"));
    }
    let limits = render::Limits { pixels: limits.pixels, animation_pixels: 0 };
    let source = Source { bytes, format, orientation: header.orientation, original: None, drawn: false };
    match format.name {
        // What a tool can't do costs what the tool would have brought, and no more.
        "heic" => Ok(through_tool(tools, path, &limits).unwrap_or_default()),
        _ => match catch_unwind(AssertUnwindSafe(|| small(&source, SIDE, &limits))) {
            Ok(Ok(picture)) => Ok(glance(&picture)),
            // A variant that our decoders don't know is none the worse for it.
            Ok(Err(render::Error::Unsupported(_))) => Ok(Glance::default()),
            Ok(Err(
                render::Error::Broken(reason)
                | render::Error::Failed(reason)
                | render::Error::Refused(reason),
            )) => Err(broken(reason)),
            Err(_) => Err(broken("the decoder gave up")),
        },
    }
}

/// Has a program decode the image, and looks at what it made.
fn through_tool(tools: &Tools, path: &Path, limits: &render::Limits) -> Option<Glance> {
    let picture = tools.decode(path).ok()??;
    let format = if picture.starts_with(b"\x89PNG") { &formats::PNG } else { &formats::JPEG };
    let source = Source { bytes: &picture, format, orientation: 1, original: None, drawn: false };
    small(&source, SIDE, limits).ok().map(|picture| glance(&picture))
}
