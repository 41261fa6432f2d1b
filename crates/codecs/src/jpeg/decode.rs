//! Decoding row by row, scaled down in the frequency domain, without work on what is cut away.

use std::ffi::{c_int, c_ulong};
use std::marker::PhantomData;

use mozjpeg_sys::{
    J_COLOR_SPACE, J_DCT_METHOD, JPEG_LIB_VERSION, jpeg_CreateDecompress, jpeg_calc_output_dimensions,
    jpeg_crop_scanline, jpeg_decompress_struct, jpeg_destroy_decompress, jpeg_error_mgr,
    jpeg_has_multiple_scans, jpeg_mem_src, jpeg_read_header, jpeg_read_raw_data, jpeg_read_scanlines,
    jpeg_save_markers, jpeg_skip_scanlines, jpeg_start_decompress,
};

use super::Result;
use super::fault::{guarded, manager};
use super::header::{Header, Inks, KEPT};
use crate::Error;

/// Samples along a side of a block.
const BLOCK: u32 = 8;
/// Warnings of damaged data after which a picture is given up. A picture that is cut off has one for each read behind its end.
const MOST_WARNINGS: i64 = 100_000;
/// Rows that are read at a time where the library has no group of its own.
const STRIP: u32 = 16;

/// A JPEG whose header was read.
pub struct Decoder<'a> {
    library: Library<'a>,
    header: Header,
}

/// The library's state. It is boxed, as the library keeps addresses of it.
struct Library<'a> {
    cinfo: Box<jpeg_decompress_struct>,
    errors: Box<jpeg_error_mgr>,
    bytes: PhantomData<&'a [u8]>,
}

impl Drop for Library<'_> {
    fn drop(&mut self) {
        // SAFETY: it was created, and is destroyed once.
        unsafe { jpeg_destroy_decompress(&mut self.cinfo) };
    }
}

/// A rectangle of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Samples from the left of the whole.
    pub left: u32,
    /// Samples from the top of the whole.
    pub top: u32,
    /// Samples.
    pub width: u32,
    /// Samples.
    pub height: u32,
}

/// A component, or several interleaved ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    /// What its rows cover.
    pub extent: Extent,
    /// Samples of a pixel.
    pub channels: usize,
    /// Its samples for each pixel of the stored picture, across and down.
    pub scale: (f64, f64),
}

/// Rows of one or more components, as they are decoded.
pub struct Rows<'a> {
    library: Library<'a>,
    /// The size of the whole picture at this scale.
    whole: (u32, u32),
    components: Vec<Decoding>,
    planar: bool,
}

/// A component on its way.
struct Decoding {
    component: Component,
    /// Rows that are still to come.
    left: u32,
    /// What the library writes into: `rows` rows of `stride` bytes.
    group: Vec<u8>,
    stride: usize,
    rows: usize,
}

impl<'a> Decoder<'a> {
    /// Reads the header. Nothing is allocated by the picture's size yet.
    pub fn open(bytes: &'a [u8]) -> Result<Decoder<'a>> {
        let mut errors = manager();
        // SAFETY: a struct of numbers and pointers that the library fills in.
        let mut cinfo: Box<jpeg_decompress_struct> = Box::new(unsafe { std::mem::zeroed() });
        cinfo.common.err = &raw mut *errors;
        let size = size_of::<jpeg_decompress_struct>();
        // SAFETY: `errors` outlives `cinfo` in `Library`; the size is that of the struct.
        guarded(|| unsafe { jpeg_CreateDecompress(&raw mut *cinfo, JPEG_LIB_VERSION, size) })?;
        let mut library = Library { cinfo, errors, bytes: PhantomData };
        let cinfo = &mut *library.cinfo;
        // SAFETY: the bytes outlive the decoder ('a).
        guarded(|| unsafe {
            jpeg_mem_src(cinfo, bytes.as_ptr(), bytes.len() as c_ulong);
            for marker in KEPT {
                jpeg_save_markers(cinfo, c_int::from(marker), 0xffff);
            }
            jpeg_read_header(cinfo, 1);
        })?;
        // SAFETY: the header was read.
        let progressive = unsafe { jpeg_has_multiple_scans(cinfo) } != 0;
        let header = Header::read(cinfo, progressive)
            .ok_or_else(|| Error::Unsupported("its components are of no known kind".to_owned()))?;
        Ok(Decoder { library, header })
    }

    /// What the header says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Decodes luma and chroma (or lightness) as separate planes, `eighths` (1, 2, 4 or 8) of their size. The chroma planes
    /// are as large as they are stored, or as large as luma where the scale makes up for it.
    pub fn planes(mut self, eighths: u8) -> Result<Rows<'a>> {
        debug_assert!(matches!(self.header.inks, Inks::Ycc | Inks::Gray));
        let cinfo = &mut *self.library.cinfo;
        cinfo.raw_data_out = 1;
        cinfo.out_color_space = cinfo.jpeg_color_space;
        start(cinfo, eighths)?;
        let whole = (cinfo.output_width, cinfo.output_height);
        let components = planes_of(cinfo, u32::from(eighths));
        Ok(Rows { library: self.library, whole, components, planar: true })
    }

    /// Decodes pixels in a window of the scaled picture; its left side may end up further left than asked. The samples are
    /// luma and chroma, lightness, red, green and blue, or four inks, as [`Header::inks`] says.
    pub fn pixels(mut self, eighths: u8, window: Extent) -> Result<Rows<'a>> {
        let cinfo = &mut *self.library.cinfo;
        cinfo.out_color_space = match self.header.inks {
            Inks::Gray => J_COLOR_SPACE::JCS_GRAYSCALE,
            Inks::Ycc => J_COLOR_SPACE::JCS_YCbCr,
            Inks::Rgb => J_COLOR_SPACE::JCS_RGB,
            Inks::Cmyk(_) => J_COLOR_SPACE::JCS_CMYK,
        };
        start(cinfo, eighths)?;
        let whole = (cinfo.output_width, cinfo.output_height);
        let (mut left, mut width) = (window.left.min(whole.0 - 1), window.width.max(1));
        width = width.min(whole.0 - left);
        let top = window.top.min(whole.1 - 1);
        let height = window.height.clamp(1, whole.1 - top);
        // SAFETY: decoding has begun, and nothing was read yet.
        guarded(|| unsafe {
            if (left, width) != (0, whole.0) {
                jpeg_crop_scanline(cinfo, &mut left, &mut width);
            }
            if top > 0 {
                jpeg_skip_scanlines(cinfo, top);
            }
        })?;
        let channels = cinfo.output_components as usize;
        let stride = width as usize * channels;
        let scale = f64::from(eighths) / f64::from(BLOCK);
        let extent = Extent { left, top, width, height };
        let component = Decoding {
            component: Component { extent, channels, scale: (scale, scale) },
            left: height,
            group: vec![0; stride * STRIP as usize],
            stride,
            rows: STRIP as usize,
        };
        Ok(Rows { library: self.library, whole, components: vec![component], planar: false })
    }
}

fn start(cinfo: &mut jpeg_decompress_struct, eighths: u8) -> Result<()> {
    cinfo.scale_num = u32::from(eighths);
    cinfo.scale_denom = BLOCK;
    cinfo.dct_method = J_DCT_METHOD::JDCT_ISLOW;
    cinfo.do_fancy_upsampling = 1;
    // Only matters for progressive pictures that are not all there.
    cinfo.do_block_smoothing = 0;
    // SAFETY: the header was read; the source needs no waiting.
    guarded(|| unsafe {
        jpeg_calc_output_dimensions(cinfo);
        jpeg_start_decompress(cinfo);
    })
}

/// The planes of a raw decode: the library scales chroma less than luma where that makes up for its being stored smaller
/// (jdmaster.c), and writes whole blocks.
fn planes_of(cinfo: &jpeg_decompress_struct, eighths: u32) -> Vec<Decoding> {
    let count = cinfo.num_components.max(0) as usize;
    // SAFETY: the library keeps as many components as it counted.
    let infos = unsafe { std::slice::from_raw_parts(cinfo.comp_info, count) };
    let (most_h, most_v) = (cinfo.max_h_samp_factor as u32, cinfo.max_v_samp_factor as u32);
    infos
        .iter()
        .map(|info| {
            let (h, v) = (info.h_samp_factor as u32, info.v_samp_factor as u32);
            let mut side = eighths;
            while side < BLOCK
                && (most_h * eighths).is_multiple_of(h * side * 2)
                && (most_v * eighths).is_multiple_of(v * side * 2)
            {
                side *= 2;
            }
            let scaled =
                |pixels: u32, factor: u32, most: u32| (pixels * factor * side).div_ceil(most * BLOCK);
            let (width, height) =
                (scaled(cinfo.image_width, h, most_h), scaled(cinfo.image_height, v, most_v));
            let blocks = info.width_in_blocks.next_multiple_of(h);
            let (stride, rows) = ((blocks * side) as usize, (v * side) as usize);
            let extent = Extent { left: 0, top: 0, width, height };
            let scale = |factor: u32, most: u32| f64::from(factor * side) / f64::from(most * BLOCK);
            Decoding {
                component: Component { extent, channels: 1, scale: (scale(h, most_h), scale(v, most_v)) },
                left: height,
                group: vec![0; stride * rows],
                stride,
                rows,
            }
        })
        .collect()
}

impl Rows<'_> {
    /// The size of the whole picture at this scale, in pixels.
    pub fn whole(&self) -> (u32, u32) {
        self.whole
    }

    /// What is decoded, in the order of the buffers of [`Rows::read`].
    pub fn components(&self) -> impl Iterator<Item = Component> {
        self.components.iter().map(|decoding| decoding.component)
    }

    /// Decodes on and appends rows to each component's buffer, without padding. `false` at the end.
    pub fn read(&mut self, into: &mut [Vec<u8>]) -> Result<bool> {
        if self.components.iter().all(|component| component.left == 0) {
            return Ok(false);
        }
        let read = if self.planar { self.read_group()? } else { self.read_strip()? };
        if self.library.errors.num_warnings > MOST_WARNINGS {
            return Err(Error::Damaged("most of its data are missing".to_owned()));
        }
        for (decoding, into) in self.components.iter_mut().zip(into) {
            let rows = read.unwrap_or(decoding.rows).min(decoding.left as usize);
            let width = decoding.component.extent.width as usize * decoding.component.channels;
            for row in decoding.group.chunks_exact(decoding.stride).take(rows) {
                into.extend_from_slice(&row[..width]);
            }
            decoding.left -= rows as u32;
        }
        Ok(true)
    }

    /// One row of the picture's largest units: all rows of each plane's group.
    fn read_group(&mut self) -> Result<Option<usize>> {
        let mut rows: Vec<Vec<*mut u8>> = self
            .components
            .iter_mut()
            .map(|component| {
                component.group.chunks_exact_mut(component.stride).map(<[u8]>::as_mut_ptr).collect()
            })
            .collect();
        let mut planes: Vec<*mut *mut u8> = rows.iter_mut().map(Vec::as_mut_ptr).collect();
        let cinfo = &mut *self.library.cinfo;
        let lines = self.components.iter().map(|component| component.rows).max().unwrap_or(0) as u32;
        // SAFETY: each component has `rows` rows of whole blocks, which is what the library writes; it is asked for at least
        // one group of lines, as it demands.
        let read =
            guarded(|| unsafe { jpeg_read_raw_data(cinfo, planes.as_mut_ptr(), lines.max(BLOCK * 4)) })?;
        if read == 0 { Err(Error::Damaged("its data end early".to_owned())) } else { Ok(None) }
    }

    fn read_strip(&mut self) -> Result<Option<usize>> {
        let Some(component) = self.components.first_mut() else { return Ok(Some(0)) };
        let wanted = component.rows.min(component.left as usize);
        let mut read = 0;
        while read < wanted {
            let rest = &mut component.group[read * component.stride..wanted * component.stride];
            let mut rows: Vec<*mut u8> =
                rest.chunks_exact_mut(component.stride).map(<[u8]>::as_mut_ptr).collect();
            let cinfo = &mut *self.library.cinfo;
            // SAFETY: as many rows as are named, each as long as an output row is.
            let more =
                guarded(|| unsafe { jpeg_read_scanlines(cinfo, rows.as_mut_ptr(), rows.len() as u32) })?;
            if more == 0 {
                return Err(Error::Damaged("its data end early".to_owned()));
            }
            read += more as usize;
        }
        Ok(Some(read))
    }
}
