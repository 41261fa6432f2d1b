//! Still pictures.

use libwebp_sys as sys;

use super::riff;
use crate::{Channels, Decoded, Error, Limits, Pixels, room};

/// Rows of macroblocks, tables and the like, beside what is counted per pixel: at most about this per column.
const WORK_PER_COLUMN: u64 = 256;

/// Prefix codes of a lossless picture or alpha channel: one set for each 4 × 4 pixels at most, of no more than 65,536,
/// and none takes less than 20 bits of the file. The library makes room for all of them at once.
pub(super) fn code_tables(info: &Info, file: usize) -> u64 {
    const BYTES_PER_SET: u64 = 12 << 10;
    let blocks = u64::from(info.width.div_ceil(4)) * u64::from(info.height.div_ceil(4));
    blocks.min(1 << 16).min(file as u64 / 2) * BYTES_PER_SET
}

/// What the header of a WebP file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Pixels per row; of the canvas if it is animated.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Whether it has an alpha channel.
    pub alpha: bool,
    /// Whether it is an animation. [`super::Animation`] reads those.
    pub animated: bool,
    /// Whether it is compressed without loss. An animation may hold both kinds, and says no.
    pub lossless: bool,
}

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Columns left of it.
    pub left: u32,
    /// Rows above it.
    pub top: u32,
    /// Columns in it.
    pub width: u32,
    /// Rows in it.
    pub height: u32,
}

/// What is made of a picture while it is decoded.
#[derive(Clone, Copy, Debug, Default)]
pub struct DecodeOptions {
    /// Only this part of it. Colours of a lossy picture are stored for two by two pixels: they move by half a pixel when
    /// the part begins at an odd column or row.
    pub crop: Option<Window>,
    /// The size that it, or the part of it, is scaled down to by averaging. Neither side may grow.
    pub scale: Option<(u32, u32)>,
}

/// Reads the header. Fails for anything that is no WebP, or cut short within it.
pub fn info(bytes: &[u8]) -> Result<Info, Error> {
    // SAFETY: the struct is numbers only.
    let mut features: sys::WebPBitstreamFeatures = unsafe { std::mem::zeroed() };
    // SAFETY: reads within `bytes`.
    success(unsafe { sys::WebPGetFeatures(bytes.as_ptr(), bytes.len(), &mut features) })?;
    Ok(Info {
        width: features.width as u32,
        height: features.height as u32,
        alpha: features.has_alpha != 0,
        animated: features.has_animation != 0,
        lossless: features.format == 2,
    })
}

/// Decodes a still picture to RGB, or to RGBA where it has an alpha channel.
///
/// Fails with [`Error::Unsupported`] for an animation and with [`Error::Damaged`] when anything is missing.
pub fn decode(bytes: &[u8], options: &DecodeOptions, limits: &Limits) -> Result<Decoded, Error> {
    let info = info(bytes)?;
    if info.animated {
        return Err(Error::Unsupported("an animation, where a still picture is asked for".to_owned()));
    }
    let channels = if info.alpha { Channels::Rgba } else { Channels::Rgb };
    let window = options.crop.unwrap_or(Window { left: 0, top: 0, width: info.width, height: info.height });
    let inside = |start: u32, length: u32, side: u32| {
        length > 0 && u64::from(start) + u64::from(length) <= side.into()
    };
    if !inside(window.left, window.width, info.width) || !inside(window.top, window.height, info.height) {
        return Err(Error::Failed(format!("{window:?} is not within {}×{}", info.width, info.height)));
    }
    let (width, height) = options.scale.unwrap_or((window.width, window.height));
    if !inside(0, width, window.width) || !inside(0, height, window.height) {
        return Err(Error::Failed(format!("{width}×{height} is no smaller version of {window:?}")));
    }

    // Lossless compression needs all pixels at hand, an alpha channel all of its samples, twice where they are
    // compressed; all else goes row by row.
    let per_pixel = if info.lossless { 4 } else { 2 * u64::from(info.alpha) };
    let size = u64::from(width) * u64::from(height) * channels.count() as u64;
    let tables = if info.lossless || info.alpha { code_tables(&info, bytes.len()) } else { 0 };
    let fixed = size + u64::from(info.width) * WORK_PER_COLUMN + tables;
    limits.check(info.width, info.height, per_pixel, fixed)?;
    let size = usize::try_from(size).map_err(|_| Error::TooLarge { width, height })?;

    let mut config =
        sys::WebPDecoderConfig::new().map_err(|()| Error::Failed("libwebp is too new".to_owned()))?;
    if options.crop.is_some() {
        config.options.use_cropping = 1;
        config.options.crop_left = window.left as i32;
        config.options.crop_top = window.top as i32;
        config.options.crop_width = window.width as i32;
        config.options.crop_height = window.height as i32;
    }
    if options.scale.is_some() {
        config.options.use_scaling = 1;
        config.options.scaled_width = width as i32;
        config.options.scaled_height = height as i32;
    }
    let mut samples = room(size)?;
    samples.resize(size, 0);
    config.output.colorspace =
        if info.alpha { sys::WEBP_CSP_MODE::MODE_RGBA } else { sys::WEBP_CSP_MODE::MODE_RGB };
    config.output.is_external_memory = 1;
    let stride = width as usize * channels.count();
    config.output.u.RGBA = sys::WebPRGBABuffer { rgba: samples.as_mut_ptr(), stride: stride as i32, size };
    // SAFETY: reads within `bytes`; writes `size` bytes at most to `samples`, which outlives the call.
    let status = unsafe {
        let status = sys::WebPDecode(bytes.as_ptr(), bytes.len(), &mut config);
        sys::WebPFreeDecBuffer(&mut config.output);
        status
    };
    success(status)?;
    Ok(Decoded {
        pixels: Pixels { width, height, channels, samples },
        icc: riff::chunk(bytes, b"ICCP").map(<[u8]>::to_vec),
        cicp: None,
        exif: riff::chunk(bytes, b"EXIF").map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif).to_vec()),
    })
}

fn success(status: sys::VP8StatusCode) -> Result<(), Error> {
    use sys::VP8StatusCode::*;
    match status {
        VP8_STATUS_OK => Ok(()),
        VP8_STATUS_NOT_ENOUGH_DATA | VP8_STATUS_SUSPENDED => {
            Err(Error::Damaged("it is cut short".to_owned()))
        }
        VP8_STATUS_UNSUPPORTED_FEATURE => Err(Error::Unsupported("a later version of WebP".to_owned())),
        VP8_STATUS_OUT_OF_MEMORY => Err(Error::Failed("no memory for a WebP picture".to_owned())),
        VP8_STATUS_BITSTREAM_ERROR => Err(Error::Damaged("its data is no WebP".to_owned())),
        VP8_STATUS_INVALID_PARAM | VP8_STATUS_USER_ABORT => {
            Err(Error::Failed(format!("libwebp: {status:?}")))
        }
    }
}
