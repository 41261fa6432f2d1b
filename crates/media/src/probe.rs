//! From a file's bytes to its facts.
//!
//! Limits are checked on the header, before anything is decoded. Colours are a matter of taste next to that: where they
//! can't be had, the rest of the facts stands.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use contract::formats::{Format, Kind};
use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, ImageReader};

use crate::facts::{Facts, ImageFacts};
use crate::tools::{self, Tools};
use crate::{gif, isobmff, jpeg, palette, pixels};

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
const LONGEST_SIDE: u32 = 65_535;
/// Pixels that the scans of a JPEG may go over, all in all.
const MOST_WORK: u64 = 4_000_000_000;
/// What a pixel costs a decoder at the most, in bytes: 16 bits in four channels, and a copy in eight bits.
const PIXEL: u64 = 12;

/// Finds out what can be known of a file. Other kinds than images have no facts yet, and none is wrong with them.
pub fn probe(path: &Path, format: &Format, limits: &Limits, tools: &Tools) -> Result<Facts, ProbeError> {
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
    let colors = colors(&bytes, path, format, &header, limits, tools)?;
    let (prominent, palette) =
        colors.map_or((None, Vec::new()), |(prominent, palette)| (Some(prominent), palette));
    let turned = matches!(header.orientation, 5..=8);
    let (width, height) = if turned { (height, width) } else { (width, height) };
    let image = ImageFacts {
        width,
        height,
        orientation: header.orientation,
        animated: animated(&bytes, format).unwrap_or(header.animated),
        prominent,
        palette,
        focus: None,
        thumbhash: None,
        blurhash: None,
    };
    Ok(Facts { image: Some(image), failure: None })
}

/// About how much memory [`probe`] takes for a file, in bytes, judged by its size and its first bytes. Where those don't
/// tell, the largest image that is allowed is expected.
pub fn cost(head: &[u8], format: &Format, size: u64, limits: &Limits) -> u64 {
    if format.kind != Kind::Image {
        return 0;
    }
    let (pixels, each) = match header(head, format) {
        Ok(header) => {
            let pixels = u64::from(header.width) * u64::from(header.height);
            // A plain JPEG is decoded at a fraction of its size; a progressive one keeps all coefficients.
            let each = match format.name {
                "jpeg" if header.progressive => 8,
                "jpeg" => 1,
                _ => PIXEL,
            };
            (pixels.min(limits.pixels), each)
        }
        Err(_) => (limits.pixels, if format.name == "jpeg" { 1 } else { PIXEL }),
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
        "avif" | "heic" => {
            let picture = isobmff::picture(bytes).ok_or_else(|| broken("its picture has no size"))?;
            Ok(Header::new(picture.width, picture.height, 1, picture.sequence))
        }
        _ => {
            let format = codec(format).ok_or_else(|| broken("its format has no decoder"))?;
            let mut decoder =
                ImageReader::with_format(Cursor::new(bytes), format).into_decoder().map_err(broken)?;
            let (width, height) = decoder.dimensions();
            let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms).to_exif();
            Ok(Header::new(width, height, orientation, false))
        }
    }
}

fn jpeg_header(bytes: &[u8]) -> Result<Header, ProbeError> {
    let read =
        std::panic::catch_unwind(|| mozjpeg::Decompress::new_mem(bytes).map(|decompress| decompress.size()));
    let (width, height) = match read {
        Ok(Ok(size)) => size,
        Ok(Err(error)) => return Err(broken(error)),
        Err(_) => return Err(broken("the JPEG header is damaged")),
    };
    let structure = jpeg::structure(bytes);
    let orientation =
        structure.exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let (scans, progressive, complete) = (structure.scans, structure.progressive, structure.complete);
    let plain = Header::new(side(width), side(height), orientation.to_exif(), false);
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

type Colors = ([u8; 3], Vec<[u8; 3]>);

fn colors(
    bytes: &[u8],
    path: &Path,
    format: &Format,
    header: &Header,
    limits: &Limits,
    tools: &Tools,
) -> Result<Option<Colors>, ProbeError> {
    let memory = limits.pixels.saturating_mul(PIXEL);
    let samples = match format.name {
        "jpeg" if !header.complete => return Err(broken("its end is missing")),
        "jpeg" => pixels::of_jpeg(bytes, header.width.max(header.height)).map_err(broken)?,
        "avif" | "heic" => match &tools.heif {
            // What a tool can't do costs what the tool would have brought, and no more.
            Some(program) => through_tool(program, path).unwrap_or_default(),
            None => Vec::new(),
        },
        _ => match codec(format) {
            Some(codec) => pixels::of_any(bytes, codec, memory).map_err(broken)?,
            None => Vec::new(),
        },
    };
    Ok(palette::of(&samples))
}

/// Has a program decode the image into a JPEG, which is much quicker than a PNG, and samples that.
fn through_tool(program: &Path, path: &Path) -> Option<Vec<[u8; 3]>> {
    let folder = tempfile::tempdir().ok()?;
    let output = folder.path().join("picture.jpg");
    tools::run(program, path, &output).ok()?;
    // A file with several pictures becomes several files, numbered from 1.
    let first = [output, folder.path().join("picture-1.jpg")].into_iter().find(|file| file.exists())?;
    let jpeg = fs::read(first).ok()?;
    pixels::of_jpeg(&jpeg, u32::MAX).ok()
}
