//! AV1 data to samples by re_rav1d: dav1d in Rust, behind its C interface.
//!
//! Beside libaom's decoder it takes half the time, and a fifth of the memory. rav1d, which it was forked from, ends the
//! process on some damaged files.

use std::ptr::NonNull;

use re_rav1d::include::dav1d::data::Dav1dData;
use re_rav1d::include::dav1d::dav1d::{Dav1dContext, Dav1dSettings};
use re_rav1d::include::dav1d::headers::{
    DAV1D_PIXEL_LAYOUT_I400, DAV1D_PIXEL_LAYOUT_I420, DAV1D_PIXEL_LAYOUT_I422,
};
use re_rav1d::include::dav1d::picture::Dav1dPicture;
use re_rav1d::src::lib as dav1d;

use super::boxes::Nclx;
use super::convert::{Plane, Planes, pixels};
use crate::{Cicp, Error, Pixels};

/// Decodes the picture of one item, which is as large as its header says. What the container says about its colours
/// comes before what the data itself says.
pub(super) fn tile(
    data: &[u8],
    (width, height): (u32, u32),
    nclx: Option<Nclx>,
) -> Result<(Pixels, Cicp), Error> {
    let mut decoder = Decoder::new(width.saturating_mul(height))?;
    let picture = decoder.decode(data)?;
    if (picture.0.p.w as u32, picture.0.p.h as u32) != (width, height) {
        return Err(Error::Damaged("it has another size than its header says".to_owned()));
    }
    let nclx = match nclx {
        Some(nclx) => nclx,
        None => picture.colors()?,
    };
    let pixels = pixels(&picture.planes(nclx)?)?;
    Ok((pixels, Cicp { primaries: nclx.primaries, transfer: nclx.transfer }))
}

struct Decoder(Option<Dav1dContext>);

impl Decoder {
    /// A decoder on the calling thread that refuses pictures of more pixels than that.
    fn new(most_pixels: u32) -> Result<Self, Error> {
        let mut decoder = Self(None);
        // SAFETY: settings are plain values, and all zeros are valid for them; the library sets them, and its logger
        // is taken out again. The context is written to `decoder`.
        let status = unsafe {
            let mut settings: Dav1dSettings = std::mem::zeroed();
            dav1d::dav1d_default_settings(NonNull::from(&mut settings));
            settings.n_threads = 1;
            settings.max_frame_delay = 1;
            settings.all_layers = 0;
            settings.frame_size_limit = most_pixels;
            (&raw mut settings.logger).write_bytes(0, 1);
            dav1d::dav1d_open(Some(NonNull::from(&mut decoder.0)), Some(NonNull::from(&mut settings)))
        };
        success(status.0)?;
        Ok(decoder)
    }

    /// Decodes all of the data to the last picture in it.
    fn decode(&mut self, data: &[u8]) -> Result<Picture, Error> {
        let mut data = Data::copy(data)?;
        let (mut last, mut idle) = (None, 0);
        // The second time that nothing comes after the end of the data, there is nothing left.
        while idle < 2 {
            let left = data.0.sz;
            if left > 0 {
                // SAFETY: context and data are live, and the data is the decoder's own copy.
                let status = unsafe { dav1d::dav1d_send_data(self.0, Some(NonNull::from(&mut data.0))) };
                if status.0 != -libc::EAGAIN {
                    success(status.0)?;
                }
            }
            let mut picture = Picture(Dav1dPicture::default());
            // SAFETY: the context is live, and the picture is empty until it is written.
            let status = unsafe { dav1d::dav1d_get_picture(self.0, Some(NonNull::from(&mut picture.0))) };
            if status.0 != -libc::EAGAIN {
                success(status.0)?;
                last = Some(picture);
            } else if data.0.sz == 0 {
                idle += 1;
            } else if data.0.sz == left {
                return Err(Error::Damaged("its AV1 data leads nowhere".to_owned()));
            }
        }
        last.ok_or_else(|| Error::Damaged("there is no picture in its AV1 data".to_owned()))
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: the context, if there is one, was opened here; closing takes it out.
        unsafe { dav1d::dav1d_close(Some(NonNull::from(&mut self.0))) }
    }
}

/// AV1 data in memory of the decoder's.
struct Data(Dav1dData);

impl Data {
    fn copy(bytes: &[u8]) -> Result<Self, Error> {
        let mut data = Self(Dav1dData::default());
        // SAFETY: `data` is empty; the library makes room for that many bytes, which don't overlap `bytes`.
        unsafe {
            let start = dav1d::dav1d_data_create(Some(NonNull::from(&mut data.0)), bytes.len());
            if start.is_null() {
                return Err(Error::Failed("no memory for AV1 data".to_owned()));
            }
            start.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        Ok(data)
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        // SAFETY: it is what the library made, or empty.
        unsafe { dav1d::dav1d_data_unref(Some(NonNull::from(&mut self.0))) }
    }
}

struct Picture(Dav1dPicture);

impl Picture {
    /// What the data says about its colours.
    fn colors(&self) -> Result<Nclx, Error> {
        let header = self.0.seq_hdr.ok_or_else(|| Error::Failed("a picture without a header".to_owned()))?;
        // SAFETY: a decoded picture keeps the header of its sequence.
        let header = unsafe { header.as_ref() };
        Ok(Nclx {
            primaries: header.pri as u16,
            transfer: header.trc as u16,
            matrix: header.mtrx as u16,
            full_range: header.color_range != 0,
        })
    }

    fn planes(&self, nclx: Nclx) -> Result<Planes<'_>, Error> {
        let picture = &self.0;
        let (width, height) = (picture.p.w as usize, picture.p.h as usize);
        let halved = match picture.p.layout {
            DAV1D_PIXEL_LAYOUT_I420 => (true, true),
            DAV1D_PIXEL_LAYOUT_I422 => (true, false),
            _ => (false, false),
        };
        let wide = picture.p.bpc > 8;
        let plane = |index: usize| {
            let side = |length: usize, halved: bool| length.div_ceil(if index > 0 && halved { 2 } else { 1 });
            let (columns, rows) = (side(width, halved.0), side(height, halved.1));
            let stride = picture.stride[index.min(1)] as usize;
            let length = stride * (rows - 1) + columns * if wide { 2 } else { 1 };
            let start =
                picture.data[index].ok_or_else(|| Error::Failed("a picture without planes".to_owned()))?;
            // SAFETY: the plane has that many rows, each of `stride` bytes, and lives as long as the picture.
            let bytes = unsafe { std::slice::from_raw_parts(start.as_ptr().cast::<u8>(), length) };
            Ok::<_, Error>(Plane { bytes, stride })
        };
        let gray = picture.p.layout == DAV1D_PIXEL_LAYOUT_I400;
        Ok(Planes {
            width,
            height,
            luminance: plane(0)?,
            chroma: if gray { None } else { Some([plane(1)?, plane(2)?]) },
            halved,
            wide,
            bit_depth: picture.p.bpc as u32,
            full_range: nclx.full_range,
            matrix: nclx.matrix,
            primaries: nclx.primaries,
        })
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: it is what the library made, or empty.
        unsafe { dav1d::dav1d_picture_unref(Some(NonNull::from(&mut self.0))) }
    }
}

fn success(status: i32) -> Result<(), Error> {
    match -status {
        0 => Ok(()),
        libc::ENOMEM => Err(Error::Failed("no memory for an AV1 picture".to_owned())),
        libc::ENOPROTOOPT => Err(Error::Unsupported("a variant of AV1".to_owned())),
        _ => Err(Error::Damaged("its data is no AV1".to_owned())),
    }
}
