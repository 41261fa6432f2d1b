//! AV1 data to samples by libaom.

use libaom_sys as sys;

use super::boxes::Nclx;
use super::convert::{Plane, Planes, pixels};
use crate::{Cicp, Error, Pixels};

/// Decodes the picture of one item, which is as large as its header says. What the container says about its colours
/// comes before what the data itself says.
pub(super) fn tile(data: &[u8], size: (u32, u32), nclx: Option<Nclx>) -> Result<(Pixels, Cicp), Error> {
    let mut decoder = Decoder::new()?;
    let image = decoder.decode(data)?;
    if (image.d_w, image.d_h) != size {
        return Err(Error::Damaged("it has another size than its header says".to_owned()));
    }
    let nclx = nclx.unwrap_or(Nclx {
        primaries: image.cp as u16,
        transfer: image.tc as u16,
        matrix: image.mc as u16,
        full_range: image.range == sys::AOM_CR_FULL_RANGE,
    });
    let halved = (image.x_chroma_shift == 1, image.y_chroma_shift == 1);
    let wide = image.fmt & sys::AOM_IMG_FMT_HIGHBITDEPTH != 0;
    let plane = |index: usize| {
        let chroma = index > 0;
        let side = |length: u32, halved: bool| length.div_ceil(if chroma && halved { 2 } else { 1 }) as usize;
        let (columns, rows) = (side(image.d_w, halved.0), side(image.d_h, halved.1));
        let stride = image.stride[index] as usize;
        let length = stride * (rows - 1) + columns * if wide { 2 } else { 1 };
        // SAFETY: libaom's plane has that many rows, each of `stride` bytes but for the last, and lives until the
        // decoder, which is borrowed, is used again.
        Plane { bytes: unsafe { std::slice::from_raw_parts(image.planes[index], length) }, stride }
    };
    let pixels = pixels(&Planes {
        width: image.d_w as usize,
        height: image.d_h as usize,
        luminance: plane(0),
        chroma: (image.monochrome == 0).then(|| [plane(1), plane(2)]),
        halved,
        wide,
        bit_depth: image.bit_depth,
        full_range: nclx.full_range,
        matrix: nclx.matrix,
        primaries: nclx.primaries,
    })?;
    Ok((pixels, Cicp { primaries: nclx.primaries, transfer: nclx.transfer }))
}

struct Decoder(sys::aom_codec_ctx_t);

impl Decoder {
    fn new() -> Result<Self, Error> {
        let config = sys::aom_codec_dec_cfg { threads: 1, w: 0, h: 0, allow_lowbitdepth: 1 };
        // SAFETY: a context of zeros is what the library asks for; it is not moved into use before it is initialised.
        let (mut context, status) = unsafe {
            let mut context: sys::aom_codec_ctx_t = std::mem::zeroed();
            let (interface, version) = (sys::aom_codec_av1_dx(), sys::AOM_DECODER_ABI_VERSION as i32);
            let status = sys::aom_codec_dec_init_ver(&mut context, interface, &config, 0, version);
            (context, status)
        };
        if status != sys::AOM_CODEC_OK {
            return Err(failure(&mut context, status));
        }
        Ok(Self(context))
    }

    /// Decodes all of the data to the last picture in it.
    fn decode(&mut self, data: &[u8]) -> Result<&sys::aom_image, Error> {
        // SAFETY: reads within `data`, and keeps nothing of it.
        let status =
            unsafe { sys::aom_codec_decode(&mut self.0, data.as_ptr(), data.len(), std::ptr::null_mut()) };
        if status != sys::AOM_CODEC_OK {
            return Err(failure(&mut self.0, status));
        }
        let mut iterator = std::ptr::null();
        // SAFETY: the picture, if there is one, is the context's own until the context is used again.
        let image = unsafe { sys::aom_codec_get_frame(&mut self.0, &mut iterator).as_ref() };
        image.ok_or_else(|| Error::Damaged("there is no picture in its AV1 data".to_owned()))
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: it was initialised, and is dropped once.
        unsafe { sys::aom_codec_destroy(&mut self.0) };
    }
}

/// What libaom has to say about a call that failed.
pub(super) fn failure(context: &mut sys::aom_codec_ctx_t, status: sys::aom_codec_err_t) -> Error {
    // SAFETY: messages are static, or live as long as the context.
    let reason = unsafe {
        let detail = sys::aom_codec_error_detail(context);
        let text = if detail.is_null() { sys::aom_codec_err_to_string(status) } else { detail };
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    };
    match status {
        sys::AOM_CODEC_CORRUPT_FRAME | sys::AOM_CODEC_UNSUP_BITSTREAM => Error::Damaged(reason),
        sys::AOM_CODEC_UNSUP_FEATURE => Error::Unsupported(reason),
        _ => Error::Failed(format!("libaom: {reason}")),
    }
}
