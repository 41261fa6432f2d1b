//! PNGs: row by row, where they aren't interlaced.

use std::io::Cursor;

use codecs::{Channels, Pixels};
use contract::transform::Size;
use png::{ColorType, Decoder, Reader, Transformations};

use super::decode::scaled;
use super::geometry::Frame;
use super::scale::Scaler;
use super::{Error, Limits, Result};

/// What a decoder may take beside pixels: profiles, texts, palettes.
const METADATA: usize = 16 << 20;
/// Rows that are decoded before the scaler looks at them.
const STRIP: usize = 16;

/// A PNG whose header was read.
pub(super) struct Opened<'a> {
    reader: Reader<Cursor<&'a [u8]>>,
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Broken(error.to_string())
}

impl<'a> Opened<'a> {
    pub(super) fn new(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>> {
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: METADATA });
        decoder.set_transformations(Transformations::normalize_to_color8());
        let (width, height) = decoder.read_header_info().map_err(broken)?.size();
        if u64::from(width) * u64::from(height) > limits.pixels {
            return Err(Error::Broken(format!("{width} x {height} is more than is allowed")));
        }
        Ok(Opened { reader: decoder.read_info().map_err(broken)? })
    }

    pub(super) fn size(&self) -> Size {
        let (width, height) = self.reader.info().size();
        Size { width, height }
    }

    pub(super) fn icc(&self) -> Option<&[u8]> {
        self.reader.info().icc_profile.as_deref()
    }

    pub(super) fn exif(&self) -> Option<&[u8]> {
        self.reader.info().exif_metadata.as_deref()
    }

    pub(super) fn decode(mut self, frame: Frame, size: Size) -> Result<Pixels> {
        let source = self.size();
        let (color, _) = self.reader.output_color_type();
        let channels = match color {
            ColorType::Grayscale => Channels::Gray,
            ColorType::Rgb => Channels::Rgb,
            // Grey with opacity is spread to all three.
            _ => Channels::Rgba,
        };
        if self.reader.info().interlaced {
            let wanted = self.reader.output_buffer_size().ok_or_else(|| broken("it is too large"))?;
            let mut samples = vec![0; wanted];
            self.reader.next_frame(&mut samples).map_err(broken)?;
            let mut spread_out = Vec::new();
            spread(&samples, color, &mut spread_out);
            let mut pixels =
                Pixels { width: source.width, height: source.height, channels, samples: spread_out };
            return scaled(&mut pixels, frame, size);
        }
        let mut scaler = Scaler::new(source, channels.count(), frame, size, channels == Channels::Rgba)?;
        let mut buffer = Vec::new();
        let mut rows = 0;
        while let Some(row) = self.reader.next_row().map_err(broken)? {
            spread(row.data(), color, &mut buffer);
            rows += 1;
            if rows % STRIP == 0 || rows == source.height as usize {
                scaler.advance(&mut buffer)?;
            }
            if scaler.complete() {
                break;
            }
        }
        Ok(Pixels { width: size.width, height: size.height, channels, samples: scaler.finish() })
    }
}

/// Appends samples, grey with opacity as red, green, blue and opacity.
fn spread(samples: &[u8], color: ColorType, into: &mut Vec<u8>) {
    match color {
        ColorType::GrayscaleAlpha => {
            let (pixels, _) = samples.as_chunks::<2>();
            into.extend(pixels.iter().flat_map(|[gray, alpha]| [*gray, *gray, *gray, *alpha]));
        }
        _ => into.extend_from_slice(samples),
    }
}
