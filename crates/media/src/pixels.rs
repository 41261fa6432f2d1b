//! Pixels of a picture, as few as its colours need.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{ImageDecoder, ImageReader};

/// Samples along each side of the grid that is laid over a picture.
const GRID: u32 = 128;
/// Below this opacity a pixel has no colour to speak of.
const OPAQUE_ENOUGH: u8 = 128;

/// Decodes a JPEG at an eighth of its size, or as small as there is something left, and samples it.
pub(crate) fn of_jpeg(bytes: &[u8], longest_side: u32) -> Result<Vec<[u8; 3]>, String> {
    // The library reports errors by unwinding.
    let decoded = catch_unwind(AssertUnwindSafe(|| -> std::io::Result<_> {
        let mut decompress = mozjpeg::Decompress::new_mem(bytes)?;
        let eighths = [1, 2, 4, 8]
            .into_iter()
            .find(|n| u64::from(longest_side) * n / 8 >= u64::from(GRID))
            .unwrap_or(8);
        decompress.scale(eighths as u8);
        let four_inks =
            matches!(decompress.color_space(), mozjpeg::ColorSpace::JCS_CMYK | mozjpeg::ColorSpace::JCS_YCCK);
        if four_inks {
            let mut started = decompress.to_colorspace(mozjpeg::ColorSpace::JCS_CMYK)?;
            let (width, height) = (started.width(), started.height());
            let inks: Vec<[u8; 4]> = started.read_scanlines()?;
            started.finish()?;
            // Adobe stores inks inverted, and nobody else stores inks.
            let shade = |ink: u8, black: u8| (u16::from(ink) * u16::from(black) / 255) as u8;
            let pixels = inks.iter().map(|[c, m, y, k]| [shade(*c, *k), shade(*m, *k), shade(*y, *k), 255]);
            return Ok((pixels.collect::<Vec<_>>(), width, height));
        }
        let mut started = decompress.rgba()?;
        let (width, height) = (started.width(), started.height());
        let pixels: Vec<[u8; 4]> = started.read_scanlines()?;
        started.finish()?;
        Ok((pixels, width, height))
    }));
    match decoded {
        Ok(Ok((pixels, width, height))) => Ok(sampled(width as u32, height as u32, |x, y| {
            pixels.get(y as usize * width + x as usize).copied().unwrap_or([0; 4])
        })),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the JPEG data is damaged".to_owned()),
    }
}

/// Decodes the first frame of any other format and samples it. `memory` bounds what the decoder may allocate. A picture
/// in a variant that our decoders don't know has no samples, and is none the worse for it.
pub(crate) fn of_any(bytes: &[u8], format: image::ImageFormat, memory: u64) -> Result<Vec<[u8; 3]>, String> {
    let decoded = catch_unwind(AssertUnwindSafe(|| {
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        let mut limits = image::Limits::default();
        limits.max_alloc = Some(memory);
        reader.limits(limits);
        let decoder = reader.into_decoder()?;
        let bytes = decoder.total_bytes();
        if bytes > memory {
            let kind = image::error::LimitErrorKind::InsufficientMemory;
            return Err(image::ImageError::Limits(image::error::LimitError::from_kind(kind)));
        }
        image::DynamicImage::from_decoder(decoder)
    }));
    let picture = match decoded {
        Ok(Ok(picture)) => picture.into_rgba8(),
        Ok(Err(image::ImageError::Unsupported(_))) => return Ok(Vec::new()),
        Ok(Err(error)) => return Err(error.to_string()),
        Err(_) => return Err("the decoder gave up".to_owned()),
    };
    Ok(sampled(picture.width(), picture.height(), |x, y| picture.get_pixel(x, y).0))
}

/// The pixels under a grid, without those that can be seen through.
fn sampled(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<[u8; 3]> {
    let (columns, rows) = (width.min(GRID), height.min(GRID));
    let place = |index: u32, count: u32, side: u32| {
        (u64::from(index) * 2 + 1) * u64::from(side) / (u64::from(count) * 2)
    };
    let grid = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    grid.map(|(column, row)| pixel(place(column, columns, width) as u32, place(row, rows, height) as u32))
        .filter(|[.., alpha]| *alpha >= OPAQUE_ENOUGH)
        .map(|[r, g, b, _]| [r, g, b])
        .collect()
}
