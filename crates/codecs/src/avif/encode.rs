//! Samples to AV1 data by libaom, and into a file.

use libaom_sys as sys;
use yuv::{
    BufferStoreMut, YuvChromaSubsampling, YuvConversionMode, YuvPlanarImageMut, YuvRange, YuvStandardMatrix,
    rgb_to_yuv420, rgba_to_yuv420,
};

use super::{obu, write};
use crate::{Channels, Error, Metadata, Pixels, Ycc, room};

/// How much time a picture may take.
///
/// Measured on one core with photographs of 512 and of 1200 pixels, at the SSIMULACRA2 scores that sharp 0.35 reaches
/// by default. sharp takes two seconds per megapixel for that, with a newer libaom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// 0.08 to 0.14 s per megapixel, and 30 % more bytes than sharp: while somebody waits.
    Quick,
    /// 0.2 to 0.33 s per megapixel, and 12 % more bytes than sharp.
    Thorough,
}

impl Effort {
    /// libaom's speed, 0 to 9. From 8 on it leaves the search by rate and distortion to the blocks that need it most.
    fn speed(self) -> i32 {
        match self {
            Self::Quick => 8,
            Self::Thorough => 6,
        }
    }

    /// Quantizers, 0 to 63, for the qualities 0, 10, 20 and so on. With these the mean SSIMULACRA2 score over those
    /// photographs is within a point of what WebP reaches with the same quality.
    fn quantizers(self) -> [u32; 11] {
        match self {
            Self::Quick => [49, 43, 39, 36, 34, 31, 29, 27, 22, 12, 2],
            Self::Thorough => [61, 55, 51, 48, 45, 43, 41, 39, 35, 25, 8],
        }
    }

    fn quantizer(self, quality: u8) -> u32 {
        let (tens, rest) = (usize::from(quality / 10), u32::from(quality % 10));
        match self.quantizers()[tens.min(9)..] {
            [from, to, ..] if tens < 10 => (from * (10 - rest) + to * rest + 5) / 10,
            [.., last] => last,
            [] => 0,
        }
    }
}

/// By how much blocks vary.
const DELTAQ_PERCEPTUAL: i32 = 2;
/// The longest side that AV1 knows.
const LONGEST_SIDE: u32 = 65536;
/// The quantizer for alpha, at most. Edges of what is cut out are seen before colours are.
const ALPHA_QUANTIZER: u32 = 16;

/// Encodes a picture with loss, with its alpha channel if it has one: 8 bits, chroma in halves, as sRGB unless the
/// metadata holds a profile.
///
/// `quality` runs from 1 to 100, and anything else is taken for the nearest of those: a picture looks about as good as
/// WebP of that quality. Fails with [`Error::TooLarge`]
/// when a side is over 65536.
pub fn encode(
    pixels: &Pixels,
    quality: u8,
    effort: Effort,
    metadata: Metadata<'_>,
) -> Result<Vec<u8>, Error> {
    pixels.check()?;
    let (width, height) = (pixels.width, pixels.height);
    let quantizer = effort.quantizer(quality.clamp(1, 100));
    let gray = pixels.channels == Channels::Gray;
    let color = av1(color(pixels)?, gray, quantizer, effort)?;
    let alpha = match pixels.channels {
        Channels::Rgba => Some(av1(alpha(pixels)?, true, quantizer.min(ALPHA_QUANTIZER), effort)?),
        Channels::Gray | Channels::Rgb => None,
    };
    write::file((width, height), gray, &color, alpha.as_ref(), metadata)
}

/// Encodes luma and chroma as they are. The chroma planes must have half of the columns and rows, rounded up.
///
/// Otherwise as [`encode`].
pub fn encode_ycc(ycc: &Ycc, quality: u8, effort: Effort, metadata: Metadata<'_>) -> Result<Vec<u8>, Error> {
    ycc.check_halves()?;
    let (width, height) = (ycc.y.width, ycc.y.height);
    let [y_plane, u_plane, v_plane] =
        [&ycc.y, &ycc.cb, &ycc.cr].map(|plane| BufferStoreMut::Owned(plane.samples.clone()));
    let (y_stride, u_stride, v_stride) = (ycc.y.width, ycc.cb.width, ycc.cr.width);
    let image = YuvPlanarImageMut { y_plane, y_stride, u_plane, u_stride, v_plane, v_stride, width, height };
    let color = av1(image, false, effort.quantizer(quality.clamp(1, 100)), effort)?;
    write::file((width, height), false, &color, None, metadata)
}

fn color(pixels: &Pixels) -> Result<YuvPlanarImageMut<'static, u8>, Error> {
    let mut image = planes(pixels)?;
    let stride = pixels.width * pixels.channels.count() as u32;
    let (range, matrix, mode) = (YuvRange::Full, YuvStandardMatrix::Bt601, YuvConversionMode::Professional);
    match pixels.channels {
        Channels::Gray => image.y_plane.borrow_mut().copy_from_slice(&pixels.samples),
        Channels::Rgb => rgb_to_yuv420(&mut image, &pixels.samples, stride, range, matrix, mode)
            .map_err(|error| Error::Failed(error.to_string()))?,
        Channels::Rgba => rgba_to_yuv420(&mut image, &pixels.samples, stride, range, matrix, mode)
            .map_err(|error| Error::Failed(error.to_string()))?,
    }
    Ok(image)
}

fn alpha(pixels: &Pixels) -> Result<YuvPlanarImageMut<'static, u8>, Error> {
    let mut image = planes(pixels)?;
    for (to, from) in image.y_plane.borrow_mut().iter_mut().zip(pixels.samples.chunks_exact(4)) {
        *to = from[3];
    }
    Ok(image)
}

/// Planes without colour.
fn planes(pixels: &Pixels) -> Result<YuvPlanarImageMut<'static, u8>, Error> {
    let (width, height) = (pixels.width, pixels.height);
    let plane = |width: u32, height: u32| {
        let size = width as usize * height as usize;
        let mut plane = room(size)?;
        plane.resize(size, 128);
        Ok::<_, Error>(BufferStoreMut::Owned(plane))
    };
    let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
    Ok(YuvPlanarImageMut {
        y_plane: plane(width, height)?,
        y_stride: width,
        u_plane: plane(columns, rows)?,
        u_stride: columns,
        v_plane: plane(columns, rows)?,
        v_stride: columns,
        width,
        height,
    })
}

/// Encodes one picture, and reads its header. `gray` leaves chroma out.
fn av1(
    mut image: YuvPlanarImageMut<'_, u8>,
    gray: bool,
    quantizer: u32,
    effort: Effort,
) -> Result<write::Coded, Error> {
    let (width, height) = (image.width, image.height);
    if width.max(height) > LONGEST_SIDE {
        return Err(Error::TooLarge { width, height });
    }
    image
        .check_constraints(YuvChromaSubsampling::Yuv420)
        .map_err(|error| Error::Failed(error.to_string()))?;
    let mut encoder = Encoder::new(width, height, gray)?;
    encoder.set(sys::AOME_SET_CPUUSED, effort.speed())?;
    // Fewer bits where differences are hard to see: 3 % fewer bytes for the same score.
    encoder.set(sys::AOME_SET_TUNING, sys::AOM_TUNE_SSIM as i32)?;
    if effort == Effort::Thorough {
        // Smooth parts get finer quantizers. Quicker speeds know no such thing.
        encoder.set(sys::AV1E_SET_DELTAQ_MODE, DELTAQ_PERCEPTUAL)?;
    }
    encoder.set(sys::AOME_SET_CQ_LEVEL, quantizer as i32)?;
    // Both are for screens full of text, and found in photographs of sand and sky, which then take up to five times the
    // bytes. On real text and logos they gain nothing.
    encoder.set(sys::AV1E_SET_ENABLE_PALETTE, 0)?;
    encoder.set(sys::AV1E_SET_ENABLE_INTRABC, 0)?;
    encoder.set(sys::AV1E_SET_COLOR_RANGE, sys::AOM_CR_FULL_RANGE as i32)?;
    encoder.set(sys::AV1E_SET_COLOR_PRIMARIES, 1)?;
    encoder.set(sys::AV1E_SET_TRANSFER_CHARACTERISTICS, 13)?;
    encoder.set(sys::AV1E_SET_MATRIX_COEFFICIENTS, 6)?;
    obu::for_file(&encoder.encode(&mut image, gray)?)
}

struct Encoder(sys::aom_codec_ctx_t);

impl Encoder {
    fn new(width: u32, height: u32, gray: bool) -> Result<Self, Error> {
        // SAFETY: both structs are numbers and null pointers, and the library sets them before they are used.
        let (mut context, status) = unsafe {
            let mut config: sys::aom_codec_enc_cfg = std::mem::zeroed();
            let mut context: sys::aom_codec_ctx_t = std::mem::zeroed();
            let (interface, version) = (sys::aom_codec_av1_cx(), sys::AOM_ENCODER_ABI_VERSION as i32);
            let mut status =
                sys::aom_codec_enc_config_default(interface, &mut config, sys::AOM_USAGE_ALL_INTRA);
            if status == sys::AOM_CODEC_OK {
                config.g_w = width;
                config.g_h = height;
                config.g_threads = 1;
                config.g_limit = 1;
                config.g_lag_in_frames = 0;
                config.monochrome = u32::from(gray);
                config.rc_end_usage = sys::AOM_Q;
                config.rc_min_quantizer = 0;
                config.rc_max_quantizer = 63;
                status = sys::aom_codec_enc_init_ver(&mut context, interface, &config, 0, version);
            }
            (context, status)
        };
        if status != sys::AOM_CODEC_OK {
            return Err(failure(&mut context, status));
        }
        Ok(Self(context))
    }

    fn set(&mut self, control: sys::aome_enc_control_id, value: i32) -> Result<(), Error> {
        // SAFETY: all controls that are used here take one integer.
        let status = unsafe { sys::aom_codec_control(&mut self.0, control as i32, value) };
        self.success(status)
    }

    fn encode(&mut self, image: &mut YuvPlanarImageMut<'_, u8>, gray: bool) -> Result<Vec<u8>, Error> {
        // SAFETY: a struct of numbers and null pointers.
        let mut picture: sys::aom_image = unsafe { std::mem::zeroed() };
        let start = image.y_plane.borrow_mut().as_mut_ptr();
        // SAFETY: only describes the picture; the planes are set below.
        let described = unsafe {
            sys::aom_img_wrap(&mut picture, sys::AOM_IMG_FMT_I420, image.width, image.height, 1, start)
        };
        if described.is_null() {
            return Err(Error::TooLarge { width: image.width, height: image.height });
        }
        picture.planes =
            [start, image.u_plane.borrow_mut().as_mut_ptr(), image.v_plane.borrow_mut().as_mut_ptr()];
        picture.stride = [image.y_stride as i32, image.u_stride as i32, image.v_stride as i32];
        picture.range = sys::AOM_CR_FULL_RANGE;
        picture.monochrome = i32::from(gray);
        // SAFETY: the planes are as large as the picture says, which was checked, and outlive the call.
        let status = unsafe { sys::aom_codec_encode(&mut self.0, &picture, 0, 1, 0) };
        self.success(status)?;
        let mut data = self.packets();
        // SAFETY: no picture is the end of the sequence.
        let status = unsafe { sys::aom_codec_encode(&mut self.0, std::ptr::null(), 0, 1, 0) };
        self.success(status)?;
        data.extend(self.packets());
        Ok(data)
    }

    /// What the last call has encoded.
    fn packets(&mut self) -> Vec<u8> {
        let mut data = Vec::new();
        let mut iterator = std::ptr::null();
        // SAFETY: packets are the context's own until it is used again; those of this kind hold a frame.
        while let Some(packet) = unsafe { sys::aom_codec_get_cx_data(&mut self.0, &mut iterator).as_ref() } {
            if packet.kind == sys::AOM_CODEC_CX_FRAME_PKT {
                // SAFETY: as above.
                data.extend_from_slice(unsafe {
                    let frame = packet.data.frame;
                    std::slice::from_raw_parts(frame.buf.cast::<u8>(), frame.sz)
                });
            }
        }
        data
    }

    fn success(&mut self, status: sys::aom_codec_err_t) -> Result<(), Error> {
        if status == sys::AOM_CODEC_OK { Ok(()) } else { Err(failure(&mut self.0, status)) }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: it was initialised, and is dropped once.
        unsafe { sys::aom_codec_destroy(&mut self.0) };
    }
}

/// What libaom has to say about a call that failed.
fn failure(context: &mut sys::aom_codec_ctx_t, status: sys::aom_codec_err_t) -> Error {
    // SAFETY: messages are static, or live as long as the context.
    let reason = unsafe {
        let detail = sys::aom_codec_error_detail(context);
        let text = if detail.is_null() { sys::aom_codec_err_to_string(status) } else { detail };
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    };
    Error::Failed(format!("libaom: {reason}"))
}
