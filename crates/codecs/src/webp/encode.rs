//! Still pictures with loss.

use std::ffi::c_void;

use libwebp_sys as sys;
use yuv::{BufferStoreMut, YuvConversionMode, YuvPlanarImageMut, YuvRange, YuvStandardMatrix, rgb_to_yuv420};

use super::{LONGEST_SIDE, riff};
use crate::{Channels, Error, Metadata, Pixels, Ycc};

/// How hard libwebp tries, 0 to 6; its default is 4. Over photographs of 512 and of 1200 pixels, compared at the
/// SSIMULACRA2 score that method 4 with libwebp's defaults reaches at quality 80:
///
/// | method | time | bytes |
/// |---|---|---|
/// | 0 | 0.26 | + 29 % |
/// | 1 | 0.33 | + 19 to 22 % |
/// | 2 | 0.43 | + 6 to 7 % |
/// | 2, as it is used here | 0.38 to 0.41 | + 5 to 6 % |
/// | 3 | 1 | the same |
/// | 4 | 1 | |
/// | 5 | 1.1 | - 1 to 2 % |
/// | 6 | 2.1 | - 4 % |
///
/// Nothing else trades as well: one segment, other strengths of spatial noise shaping, other filters, more passes and
/// a sharp conversion of colours all take more bytes, or more time for the same.
const METHOD: i32 = 2;
/// How strongly decoders smooth the edges of blocks, 0 to 100. With the default, 60, method 2 takes 1 % more bytes.
const FILTER_STRENGTH: i32 = 80;

/// Encodes a picture with loss, with its alpha channel if it has one.
///
/// `quality` is libwebp's own scale from 1 to 100; anything else is taken for the nearest of those. Fails with
/// [`Error::TooLarge`] when a side is over [`LONGEST_SIDE`].
pub fn encode(pixels: &Pixels, quality: u8, metadata: Metadata<'_>) -> Result<Vec<u8>, Error> {
    pixels.check()?;
    let mut picture = Picture::new(pixels.width, pixels.height)?;
    match pixels.channels {
        Channels::Gray => picture.set_gray(&pixels.samples)?,
        Channels::Rgb => picture.set_rgb(&pixels.samples)?,
        Channels::Rgba => picture.set_rgba(&pixels.samples, false)?,
    }
    file(picture, quality, metadata)
}

/// Encodes luma and chroma as they are, but for their range. The chroma planes must have half of the columns and rows,
/// rounded up.
///
/// Otherwise as [`encode`].
pub fn encode_ycc(ycc: &Ycc, quality: u8, metadata: Metadata<'_>) -> Result<Vec<u8>, Error> {
    ycc.check_halves()?;
    let mut picture = Picture::new(ycc.y.width, ycc.y.height)?;
    picture.set_ycc(ycc)?;
    file(picture, quality, metadata)
}

fn file(mut picture: Picture, quality: u8, metadata: Metadata<'_>) -> Result<Vec<u8>, Error> {
    let config = config(quality)?;
    let size = (picture.0.width as u32, picture.0.height as u32);
    let mut file = Vec::new();
    picture.0.writer = Some(append);
    picture.0.custom_ptr = (&raw mut file).cast();
    // SAFETY: the picture owns its planes, `append` is handed the vector that outlives the call.
    if unsafe { sys::WebPEncode(&config, &mut picture.0) } == 0 {
        return Err(picture.error());
    }
    riff::with_metadata(file, size, metadata)
}

pub(super) fn config(quality: u8) -> Result<sys::WebPConfig, Error> {
    let quality = f32::from(quality.clamp(1, 100));
    let preset = sys::WebPPreset::WEBP_PRESET_DEFAULT;
    let mut config = sys::WebPConfig::new_with_preset(preset, quality).map_err(|()| wrong_version())?;
    config.method = METHOD;
    config.filter_strength = FILTER_STRENGTH;
    Ok(config)
}

pub(super) fn wrong_version() -> Error {
    Error::Failed("libwebp has another version than its bindings".to_owned())
}

/// libwebp's picture with planes of its own.
pub(super) struct Picture(pub(super) sys::WebPPicture);

impl Picture {
    pub(super) fn new(width: u32, height: u32) -> Result<Self, Error> {
        if width.max(height) > LONGEST_SIDE {
            return Err(Error::TooLarge { width, height });
        }
        let mut picture = Self(sys::WebPPicture::new().map_err(|()| wrong_version())?);
        picture.0.width = width as i32;
        picture.0.height = height as i32;
        Ok(picture)
    }

    /// Takes RGBA samples over: as they are, or as luminance and chroma with the colours of pixels that can't be seen
    /// left out of the chroma of their neighbours.
    pub(super) fn set_rgba(&mut self, samples: &[u8], as_argb: bool) -> Result<(), Error> {
        self.0.use_argb = i32::from(as_argb);
        let stride = self.0.width * 4;
        assert_eq!(samples.len(), stride as usize * self.0.height as usize);
        // SAFETY: there are as many samples as it reads.
        match unsafe { sys::WebPPictureImportRGBA(&mut self.0, samples.as_ptr(), stride) } {
            0 => Err(self.error()),
            _ => Ok(()),
        }
    }

    /// Takes RGB samples over, as they are.
    pub(super) fn set_argb(&mut self, samples: &[u8]) -> Result<(), Error> {
        self.0.use_argb = 1;
        let stride = self.0.width * 3;
        assert_eq!(samples.len(), stride as usize * self.0.height as usize);
        // SAFETY: there are as many samples as it reads.
        match unsafe { sys::WebPPictureImportRGB(&mut self.0, samples.as_ptr(), stride) } {
            0 => Err(self.error()),
            _ => Ok(()),
        }
    }

    /// Converts RGB samples. Chroma is the plain mean of four pixels, which takes 1 % fewer bytes for the same
    /// SSIMULACRA2 score than libwebp's own conversion by way of linear light, and a third of its time.
    fn set_rgb(&mut self, samples: &[u8]) -> Result<(), Error> {
        let mut image = self.planes()?;
        let (stride, range, matrix) = (image.width * 3, YuvRange::Limited, YuvStandardMatrix::Bt601);
        rgb_to_yuv420(&mut image, samples, stride, range, matrix, YuvConversionMode::Professional)
            .map_err(|error| Error::Failed(error.to_string()))
    }

    /// Converts luminance alone.
    fn set_gray(&mut self, samples: &[u8]) -> Result<(), Error> {
        let mut image = self.planes()?;
        narrow(samples, image.width, 16, 219, &mut image.y_plane, image.y_stride);
        image.u_plane.borrow_mut().fill(128);
        image.v_plane.borrow_mut().fill(128);
        Ok(())
    }

    fn set_ycc(&mut self, ycc: &Ycc) -> Result<(), Error> {
        let mut image = self.planes()?;
        narrow(&ycc.y.samples, ycc.y.width, 16, 219, &mut image.y_plane, image.y_stride);
        for (plane, to, stride) in
            [(&ycc.cb, &mut image.u_plane, image.u_stride), (&ycc.cr, &mut image.v_plane, image.v_stride)]
        {
            narrow(&plane.samples, plane.width, 16, 224, to, stride);
        }
        Ok(())
    }

    /// Makes room for luminance and chroma.
    fn planes(&mut self) -> Result<YuvPlanarImageMut<'_, u8>, Error> {
        self.0.use_argb = 0;
        self.0.colorspace = sys::WebPEncCSP::WEBP_YUV420;
        // SAFETY: the picture has its size, and frees what is allocated here.
        if unsafe { sys::WebPPictureAlloc(&mut self.0) } == 0 {
            return Err(self.error());
        }
        let picture = &self.0;
        let rows = picture.height as usize;
        let luminance = picture.y_stride as usize * rows;
        let chroma = picture.uv_stride as usize * rows.div_ceil(2);
        // SAFETY: three planes of that many rows and strides were just allocated, and are lent with the picture.
        let [y_plane, u_plane, v_plane] = unsafe {
            [(picture.y, luminance), (picture.u, chroma), (picture.v, chroma)].map(|(start, length)| {
                start.write_bytes(0, length);
                BufferStoreMut::Borrowed(std::slice::from_raw_parts_mut(start, length))
            })
        };
        Ok(YuvPlanarImageMut {
            y_plane,
            y_stride: picture.y_stride as u32,
            u_plane,
            u_stride: picture.uv_stride as u32,
            v_plane,
            v_stride: picture.uv_stride as u32,
            width: picture.width as u32,
            height: picture.height as u32,
        })
    }

    pub(super) fn error(&self) -> Error {
        use sys::WebPEncodingError::*;
        match self.0.error_code {
            VP8_ENC_ERROR_BAD_DIMENSION => {
                Error::TooLarge { width: self.0.width as u32, height: self.0.height as u32 }
            }
            error => Error::Failed(format!("libwebp: {error:?}")),
        }
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: frees the planes that libwebp allocated, and forgets them.
        unsafe { sys::WebPPictureFree(&mut self.0) }
    }
}

/// Copies rows of `width` samples over the whole range to rows of `stride` samples from `least` to `least + span`.
fn narrow(from: &[u8], width: u32, least: u32, span: u32, to: &mut BufferStoreMut<'_, u8>, stride: u32) {
    let table: [u8; 256] = std::array::from_fn(|sample| (least + (sample as u32 * span + 127) / 255) as u8);
    for (to, from) in to.borrow_mut().chunks_mut(stride as usize).zip(from.chunks(width as usize)) {
        for (to, from) in to.iter_mut().zip(from) {
            *to = table[usize::from(*from)];
        }
    }
}

/// Appends what libwebp has encoded to the vector that the picture's `custom_ptr` points to.
///
/// # Safety
/// Called by libwebp alone, while nobody else holds the vector.
unsafe extern "C" fn append(data: *const u8, length: usize, picture: *const sys::WebPPicture) -> i32 {
    // SAFETY: `encode` set the pointer; libwebp hands `length` bytes.
    let (file, data) = unsafe {
        let file: *mut c_void = (*picture).custom_ptr;
        (&mut *file.cast::<Vec<u8>>(), std::slice::from_raw_parts(data, length))
    };
    if file.try_reserve(length).is_err() {
        return 0;
    }
    file.extend_from_slice(data);
    1
}
