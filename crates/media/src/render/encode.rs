//! From pixels to a file: which quality, which form, what goes along.

use codecs::avif::{self, Effort};
use codecs::{Channels, Metadata, Pixels, jpeg, webp};
use contract::transform::{Encoding, Extension, Options, Size};
use image::ImageEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};

use super::decode::Chroma;
use super::{Error, Picture, Result, animation, colour};

/// From this quality on, JPEGs keep chroma for each pixel.
const FINE: u8 = 90;

/// How a result is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quality {
    /// 1 to 100; none: by the area of the result.
    asked: Option<u8>,
    progressive: bool,
    /// Of AVIF, which may take its time where nobody waits for it.
    effort: Effort,
}

/// What the options say of it.
pub(super) fn quality(options: &Options) -> Quality {
    let asked = if options.quality_auto { None } else { options.quality };
    let effort = if options.encoding == Some(Encoding::Auto) { Effort::Thorough } else { Effort::Quick };
    Quality { asked, progressive: !options.baseline, effort }
}

impl Quality {
    /// The quality of a result of this size: what was asked for, or what the published client would ask for (CONTRACT 7.3).
    pub(super) fn of(&self, size: Size) -> u8 {
        self.asked.unwrap_or(match size.pixels() {
            pixels if pixels > 1400 * 1400 => 90,
            pixels if pixels > 600 * 600 => 85,
            _ => 80,
        })
    }
}

/// Refuses what a format can't hold.
pub(super) fn check(size: Size, output: Extension) -> Result<()> {
    let longest = match output {
        Extension::WebP => webp::LONGEST_SIDE,
        Extension::Jpeg | Extension::Gif | Extension::Avif => 65_500,
        Extension::Png => u32::MAX,
    };
    match size.width.max(size.height) <= longest {
        true => Ok(()),
        false => Err(Error::Refused(format!("a .{} has at most {longest} pixels on a side", output.name()))),
    }
}

/// How large chroma is wanted.
pub(super) fn chroma(output: Extension, quality: &Quality, size: Size) -> Chroma {
    match output {
        Extension::Jpeg if quality.of(size) >= FINE => Chroma::Full,
        Extension::Jpeg | Extension::WebP | Extension::Avif => Chroma::Half,
        Extension::Png | Extension::Gif => Chroma::None,
    }
}

/// Writes the file. Metadata go along where the format has a place for them.
pub(super) fn encode(
    picture: Picture,
    output: Extension,
    quality: &Quality,
    metadata: Metadata<'_>,
) -> Result<Vec<u8>> {
    let value = quality.of(picture.size());
    let Metadata { icc, exif } = metadata;
    match (output, picture) {
        (Extension::Jpeg, picture) => {
            let settings = jpeg::Settings {
                quality: value,
                progressive: quality.progressive,
                halved_chroma: value < FINE,
                icc,
                exif,
            };
            Ok(match picture {
                Picture::Ycc(picture) => jpeg::encode_ycc(&picture, &settings)?,
                Picture::Pixels(pixels) => jpeg::encode_pixels(&colour::on_white(pixels), &settings)?,
            })
        }
        (Extension::WebP, Picture::Ycc(picture)) => Ok(webp::encode_ycc(&picture, value, metadata)?),
        (Extension::WebP, Picture::Pixels(pixels)) => Ok(webp::encode(&pixels, value, metadata)?),
        (Extension::Avif, Picture::Ycc(picture)) => {
            Ok(avif::encode_ycc(&picture, value, quality.effort, metadata)?)
        }
        (output, Picture::Ycc(picture)) => {
            encode(Picture::Pixels(colour::rgb(&picture)), output, quality, metadata)
        }
        (Extension::Png, Picture::Pixels(pixels)) => png(&pixels, exif),
        (Extension::Gif, Picture::Pixels(pixels)) => animation::still_gif(pixels),
        (Extension::Avif, Picture::Pixels(pixels)) => {
            Ok(avif::encode(&pixels, value, quality.effort, metadata)?)
        }
    }
}

fn png(pixels: &Pixels, exif: Option<&[u8]>) -> Result<Vec<u8>> {
    let failed = |error: image::ImageError| Error::Failed(error.to_string());
    let colour = match pixels.channels {
        Channels::Gray => image::ExtendedColorType::L8,
        Channels::Rgb => image::ExtendedColorType::Rgb8,
        Channels::Rgba => image::ExtendedColorType::Rgba8,
    };
    let mut bytes = Vec::new();
    let mut encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    if let Some(exif) = exif {
        // A copy of a right that can't be written is no reason to have no picture.
        let _ = encoder.set_exif_metadata(exif.to_vec());
    }
    encoder.write_image(&pixels.samples, pixels.width, pixels.height, colour).map_err(failed)?;
    Ok(bytes)
}
