//! From a file's bytes to its facts.
//!
//! Limits are checked on the header, before anything is decoded. Colours are a matter of taste next to that: where they
//! can't be had, the rest of the facts stands.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use contract::formats::{Format, Kind};
use image::metadata::Orientation;
use image::{AnimationDecoder, ImageDecoder, ImageFormat, ImageReader};

use crate::facts::{Facts, ImageFacts};
use crate::tools::{self, Tools};
use crate::{isobmff, jpeg, palette, pixels};

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
    if u64::from(width) * u64::from(height) > limits.pixels || width.max(height) > LONGEST_SIDE {
        return Err(ProbeError::TooLarge { width, height, limit: limits.pixels });
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
        animated: header.animated,
        prominent,
        palette,
    };
    Ok(Facts { image: Some(image), failure: None })
}

/// About how much memory [`probe`] takes for a file, in bytes, judged by its size and its header alone.
pub fn cost(head: &[u8], format: &Format, size: u64) -> u64 {
    if format.kind != Kind::Image {
        return 0;
    }
    let pixels = header(head, format).map_or(0, |header| u64::from(header.width) * u64::from(header.height));
    // A JPEG is decoded at a small fraction of its size.
    let each = if format.name == "jpeg" { 1 } else { PIXEL };
    size + pixels * each
}

/// What the header of an image says.
struct Header {
    /// As stored.
    width: u32,
    height: u32,
    orientation: u8,
    animated: bool,
}

fn broken(what: impl std::fmt::Display) -> ProbeError {
    ProbeError::Broken(format!("the image can't be read: {what}"))
}

fn header(bytes: &[u8], format: &Format) -> Result<Header, ProbeError> {
    match format.name {
        "jpeg" => jpeg_header(bytes),
        "avif" | "heic" => {
            let picture = isobmff::picture(bytes).ok_or_else(|| broken("its picture has no size"))?;
            let (width, height) = (picture.width, picture.height);
            Ok(Header { width, height, orientation: 1, animated: picture.sequence })
        }
        _ => {
            let format = codec(format).ok_or_else(|| broken("its format has no decoder"))?;
            let mut decoder =
                ImageReader::with_format(Cursor::new(bytes), format).into_decoder().map_err(broken)?;
            let (width, height) = decoder.dimensions();
            let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms).to_exif();
            Ok(Header { width, height, orientation, animated: animated(bytes, format) })
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
    let exif = jpeg::structure(bytes).exif;
    let orientation = exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    Ok(Header {
        width: side(width),
        height: side(height),
        orientation: orientation.to_exif(),
        animated: false,
    })
}

fn codec(format: &Format) -> Option<ImageFormat> {
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

/// Whether there is more than one frame; one that can't be read counts as none.
fn animated(bytes: &[u8], format: ImageFormat) -> bool {
    let more_than_one = |frames: image::Frames<'_>| frames.take(2).filter(Result::is_ok).count() > 1;
    match format {
        ImageFormat::Png => image::codecs::png::PngDecoder::new(Cursor::new(bytes))
            .is_ok_and(|png| png.is_apng().unwrap_or(false)),
        ImageFormat::WebP => {
            image::codecs::webp::WebPDecoder::new(Cursor::new(bytes)).is_ok_and(|webp| webp.has_animation())
        }
        ImageFormat::Gif => image::codecs::gif::GifDecoder::new(Cursor::new(bytes))
            .is_ok_and(|gif| more_than_one(gif.into_frames())),
        _ => false,
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
        "jpeg" if !jpeg::structure(bytes).complete => return Err(broken("its end is missing")),
        "jpeg" => pixels::of_jpeg(bytes, header.width.max(header.height)).map_err(broken)?,
        "avif" | "heic" => match &tools.heif {
            Some(program) => through_tool(program, path, memory).map_err(broken)?,
            None => Vec::new(),
        },
        _ => match codec(format) {
            Some(codec) => pixels::of_any(bytes, codec, memory).map_err(broken)?,
            None => Vec::new(),
        },
    };
    Ok(palette::of(&samples))
}

/// Has a program decode the image into a PNG beside it, and samples that.
fn through_tool(program: &Path, path: &Path, memory: u64) -> Result<Vec<[u8; 3]>, String> {
    let output = path.with_extension("decoded.png");
    let decoded = tools::run(program, path, &output).map_err(|error| error.to_string());
    let samples = decoded.and_then(|()| {
        let png = fs::read(&output).map_err(|error| error.to_string())?;
        pixels::of_any(&png, ImageFormat::Png, memory)
    });
    // Whatever came of it, the picture is not kept.
    let _ = fs::remove_file(&output);
    samples
}
