//! From a file to a picture of the wanted size.

use std::io::Cursor;

use codecs::{Channels, Pixels, Plane};
use contract::transform::Size;
use image::{DynamicImage, ImageDecoder, ImageReader};

use super::colour::{self, Gamut, Profile};
use super::geometry::Frame;
use super::scale::Scaler;
use super::{Error, Limits, Picture, Result, Source, jpeg, png};
use crate::copyright;

/// Bytes that a decoder may take for each pixel that is allowed: 16 bits in four channels, and a copy in eight bits.
const PIXEL: u64 = 12;
/// What it may take beside.
const FIXED: u64 = 8 << 20;

/// How large chroma is wanted beside luma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chroma {
    /// Half as large each way, rounded up.
    Half,
    /// As large.
    Full,
    /// Not at all: red, green and blue are wanted.
    None,
}

/// An image whose header was read.
pub(super) enum Opened<'a> {
    Jpeg(codecs::jpeg::Decoder<'a>),
    Png(Box<png::Opened<'a>>),
    /// Decoded already, as its format has no other way.
    Whole {
        pixels: Pixels,
        icc: Option<Vec<u8>>,
        exif: Option<Vec<u8>>,
    },
}

impl<'a> Opened<'a> {
    pub(super) fn new(source: &Source<'a>, limits: &Limits) -> Result<Opened<'a>> {
        let opened = match source.format.name {
            "jpeg" => Opened::Jpeg(codecs::jpeg::Decoder::open(source.bytes)?),
            "png" => Opened::Png(Box::new(png::Opened::new(source.bytes, limits)?)),
            "webp" => webp(source.bytes, limits)?,
            "avif" => avif(source.bytes, limits)?,
            _ => whole(source, limits)?,
        };
        let size = opened.size();
        match size.pixels() <= limits.pixels {
            true => Ok(opened),
            false => Err(Error::Broken(format!("{} x {} is more than is allowed", size.width, size.height))),
        }
    }

    /// As stored.
    pub(super) fn size(&self) -> Size {
        match self {
            Opened::Jpeg(decoder) => Size { width: decoder.header().width, height: decoder.header().height },
            Opened::Png(opened) => opened.size(),
            Opened::Whole { pixels, .. } => Size { width: pixels.width, height: pixels.height },
        }
    }

    /// What its EXIF data say of the rights, as EXIF data of their own.
    pub(super) fn copyright(&self) -> Option<Vec<u8>> {
        let exif = match self {
            Opened::Jpeg(decoder) => decoder.header().exif.as_deref(),
            Opened::Png(opened) => opened.exif(),
            Opened::Whole { exif, .. } => exif.as_deref(),
        };
        exif.and_then(copyright::alone)
    }

    fn icc(&self) -> Option<&[u8]> {
        match self {
            Opened::Jpeg(decoder) => decoder.header().icc.as_deref(),
            Opened::Png(opened) => opened.icc(),
            Opened::Whole { icc, .. } => icc.as_deref(),
        }
    }

    /// Cuts and scales what `frame` shows (in stored pixels). The picture is in sRGB, or in what the profile beside it says.
    pub(super) fn decode(
        self,
        frame: Frame,
        size: Size,
        chroma: Chroma,
        gamut: Gamut,
    ) -> Result<(Picture, Option<Vec<u8>>)> {
        let (profile, kept) = Profile::for_gamut(self.icc(), gamut);
        let picture = match self {
            Opened::Jpeg(decoder) => jpeg::decode(decoder, frame, size, chroma, &profile)?,
            Opened::Png(opened) => Picture::Pixels(colour::converted(opened.decode(frame, size)?, &profile)),
            Opened::Whole { mut pixels, .. } => {
                Picture::Pixels(colour::converted(scaled(&mut pixels, frame, size)?, &profile))
            }
        };
        Ok((picture, kept))
    }
}

/// Cuts and scales pixels, which are used up.
pub(super) fn scaled(pixels: &mut Pixels, frame: Frame, size: Size) -> Result<Pixels> {
    let (source, channels) = (Size { width: pixels.width, height: pixels.height }, pixels.channels);
    if source == size && frame == Frame::whole(source) {
        let samples = std::mem::take(&mut pixels.samples);
        return Ok(Pixels { samples, ..*pixels });
    }
    let mut scaler = Scaler::new(source, channels.count(), frame, size, channels == Channels::Rgba)?;
    scaler.advance(&mut pixels.samples)?;
    Ok(Pixels { width: size.width, height: size.height, channels, samples: scaler.finish() })
}

/// A plane of the samples that a scaler made.
pub(super) fn plane(size: Size, samples: Vec<u8>) -> Plane {
    Plane { width: size.width, height: size.height, samples }
}

/// Limits as the crate of the codecs takes them.
pub(super) fn codec_limits(limits: &Limits) -> codecs::Limits {
    codecs::Limits { pixels: limits.pixels, memory: limits.pixels.saturating_mul(PIXEL) + FIXED }
}

/// A picture, or the first frame of one that moves.
fn webp<'a>(bytes: &[u8], limits: &Limits) -> Result<Opened<'a>> {
    let limits = codec_limits(limits);
    if !codecs::webp::info(bytes)?.animated {
        let codecs::Decoded { pixels, icc, exif, .. } =
            codecs::webp::decode(bytes, &Default::default(), &limits)?;
        return Ok(Opened::Whole { pixels, icc, exif });
    }
    let mut animation = codecs::webp::Animation::open(bytes, &limits)?;
    let icc = animation.icc.take();
    match animation.next() {
        Some(frame) => Ok(Opened::Whole { pixels: frame?.pixels, icc, exif: None }),
        None => Err(Error::Broken("it has no frame".to_owned())),
    }
}

/// Its own turning is done by the decoder, and the EXIF orientation must not be applied on top.
fn avif<'a>(bytes: &[u8], limits: &Limits) -> Result<Opened<'a>> {
    let decoded = codecs::avif::decode(bytes, &codec_limits(limits))?;
    let icc = decoded.icc.or_else(|| colour::profile_of(decoded.cicp?));
    Ok(Opened::Whole { pixels: decoded.pixels, icc, exif: decoded.exif })
}

fn whole<'a>(source: &Source<'_>, limits: &Limits) -> Result<Opened<'a>> {
    let broken = |error: image::ImageError| match error {
        image::ImageError::Unsupported(error) => Error::Unsupported(error.to_string()),
        error => Error::Broken(error.to_string()),
    };
    let codec = crate::probe::codec(source.format)
        .ok_or_else(|| Error::Unsupported(format!("no decoder for {} is here", source.format.mime)))?;
    let memory = limits.pixels.saturating_mul(PIXEL);
    let mut reader = ImageReader::with_format(Cursor::new(source.bytes), codec);
    let mut decoder_limits = image::Limits::default();
    decoder_limits.max_alloc = Some(memory);
    reader.limits(decoder_limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels || decoder.total_bytes() > memory {
        return Err(Error::Broken(format!("{width} x {height} is more than is allowed")));
    }
    let icc = decoder.icc_profile().ok().flatten();
    let exif = decoder.exif_metadata().ok().flatten();
    let pixels = pixels(DynamicImage::from_decoder(decoder).map_err(broken)?);
    Ok(Opened::Whole { pixels, icc, exif })
}

/// Pixels of 8 bits, of no more channels than needed.
fn pixels(image: DynamicImage) -> Pixels {
    let (width, height) = (image.width(), image.height());
    let (channels, samples) = match image.color() {
        image::ColorType::L8 | image::ColorType::L16 => (Channels::Gray, image.into_luma8().into_raw()),
        color if color.has_alpha() => (Channels::Rgba, image.into_rgba8().into_raw()),
        _ => (Channels::Rgb, image.into_rgb8().into_raw()),
    };
    Pixels { width, height, channels, samples }
}
