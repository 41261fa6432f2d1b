//! Encoding, progressive or not, from pixels or from planes.

use std::ffi::c_int;
use std::slice;

use mozjpeg_sys::{
    J_COLOR_SPACE, J_INT_PARAM, JINT_COMPRESS_PROFILE_VALUE, JPEG_LIB_VERSION, jpeg_CreateCompress,
    jpeg_c_set_int_param, jpeg_component_info, jpeg_compress_struct, jpeg_destination_mgr,
    jpeg_destroy_compress, jpeg_error_mgr, jpeg_finish_compress, jpeg_scan_info, jpeg_set_colorspace,
    jpeg_set_defaults, jpeg_set_quality, jpeg_start_compress, jpeg_write_marker, jpeg_write_raw_data,
    jpeg_write_scanlines,
};

use super::Result;
use super::fault::{guarded, manager};
use crate::{Channels, Error, Pixels, Plane, Ycc};

/// The library's table of quantizers by Klein, Silverstein and Carney ("Relevance of human vision to JPEG-DCT compression",
/// 1992). At the same SSIMULACRA2 score it takes 7 to 11 % fewer bytes than the example tables of the standard.
const QUANTIZERS: c_int = 5;
/// The scans of a progressive picture in colour: lightness in three bands of frequencies, the coarse one before the colours.
const SCANS: [jpeg_scan_info; 6] = [
    scan(&[0, 1, 2], 0, 0),
    scan(&[0], 1, 8),
    scan(&[1], 1, 63),
    scan(&[2], 1, 63),
    scan(&[0], 9, 24),
    scan(&[0], 25, 63),
];
/// Those of a grey one.
const GRAY_SCANS: [jpeg_scan_info; 4] =
    [scan(&[0], 0, 0), scan(&[0], 1, 8), scan(&[0], 9, 24), scan(&[0], 25, 63)];
/// Longest side of a JPEG.
const LONGEST_SIDE: u32 = 65_500;
/// Bytes of a piece of a profile; a marker holds 65,533, with 14 for its name and number.
const PIECE: usize = 65_519;
/// Bytes that the output grows by.
const GROWTH: usize = 16 << 10;

/// Some frequencies of some components, with all their bits at once: refining them bit by bit, as the library would, takes
/// a third more of the time for the whole file, and 0.7 % more bytes.
const fn scan(components: &[c_int], from: c_int, to: c_int) -> jpeg_scan_info {
    let mut index = [0; 4];
    let mut at = 0;
    while at < components.len() {
        index[at] = components[at];
        at += 1;
    }
    jpeg_scan_info {
        comps_in_scan: components.len() as c_int,
        component_index: index,
        Ss: from,
        Se: to,
        Ah: 0,
        Al: 0,
    }
}

/// How a JPEG is written.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// 1 to 100, as the library counts.
    pub quality: u8,
    /// Coarse first, then finer: smaller, and seen earlier.
    pub progressive: bool,
    /// Chroma at half the size of luma each way (4:2:0); else as large (4:4:4). Planes are written as large as they are.
    pub halved_chroma: bool,
    /// Colour profile.
    pub icc: Option<&'a [u8]>,
    /// TIFF block of EXIF data.
    pub exif: Option<&'a [u8]>,
}

/// Writes grey or RGB pixels.
pub fn encode_pixels(pixels: &Pixels, settings: &Settings<'_>) -> Result<Vec<u8>> {
    let (space, components) = match pixels.channels {
        Channels::Gray => (J_COLOR_SPACE::JCS_GRAYSCALE, 1),
        Channels::Rgb => (J_COLOR_SPACE::JCS_RGB, 3),
        Channels::Rgba => return Err(Error::Failed("a JPEG can't be seen through".to_owned())),
    };
    let mut writer = Writer::new(pixels.width, pixels.height, space, components)?;
    writer.prepare(settings, if settings.halved_chroma { (2, 2) } else { (1, 1) }, false)?;
    let stride = pixels.width as usize * components as usize;
    let rows: Vec<*const u8> = pixels.samples.chunks_exact(stride).map(<[u8]>::as_ptr).collect();
    if rows.len() != pixels.height as usize {
        return Err(Error::Failed("it has fewer rows than it says".to_owned()));
    }
    let cinfo = &mut *writer.cinfo;
    // SAFETY: as many rows as the picture has, each of its length.
    guarded(|| unsafe { jpeg_write_scanlines(cinfo, rows.as_ptr(), rows.len() as u32) })?;
    writer.finish()
}

/// Writes planes as they are. Chroma has to be as large as luma, or half as large (rounded up) on both sides.
pub fn encode_ycc(picture: &Ycc, settings: &Settings<'_>) -> Result<Vec<u8>> {
    let (width, height) = (picture.y.width, picture.y.height);
    let factor = |plane: &Plane| match (plane.width, plane.height) {
        size if size == (width, height) => Ok(1),
        size if size == (width.div_ceil(2), height.div_ceil(2)) => Ok(2),
        _ => Err(Error::Failed("its chroma is neither as large as its luma nor half as large".to_owned())),
    };
    let factor = factor(&picture.cb)?.max(factor(&picture.cr)?);
    let mut writer = Writer::new(width, height, J_COLOR_SPACE::JCS_YCbCr, 3)?;
    writer.prepare(settings, (factor, factor), true)?;
    let cinfo = &mut *writer.cinfo;
    // SAFETY: three components, as were asked for.
    let infos = unsafe { slice::from_raw_parts(cinfo.comp_info, 3) };
    let planes = [&picture.y, &picture.cb, &picture.cr];
    let mut groups: Vec<Group> =
        planes.iter().zip(infos).map(|(plane, info)| Group::new(plane, info)).collect();
    let lines = 8 * factor as u32;
    let mut at = 0;
    while at < height {
        let rows: Vec<Vec<*const u8>> = groups.iter_mut().map(Group::next).collect();
        let planes: Vec<*const *const u8> = rows.iter().map(|rows| rows.as_ptr()).collect();
        // SAFETY: one group of lines: whole blocks in each component, padded to whole units of the picture.
        guarded(|| unsafe { jpeg_write_raw_data(cinfo, planes.as_ptr(), lines) })?;
        at += lines;
    }
    writer.finish()
}

/// The next rows of a plane, padded to whole blocks by repeating what is at the border.
struct Group<'a> {
    plane: &'a Plane,
    padded: Vec<u8>,
    stride: usize,
    rows: usize,
    at: usize,
}

impl<'a> Group<'a> {
    fn new(plane: &'a Plane, info: &jpeg_component_info) -> Group<'a> {
        let blocks = plane.width.div_ceil(8).next_multiple_of(info.h_samp_factor as u32);
        let (stride, rows) = (blocks as usize * 8, info.v_samp_factor as usize * 8);
        Group { plane, padded: vec![0; stride * rows], stride, rows, at: 0 }
    }

    fn next(&mut self) -> Vec<*const u8> {
        let (width, height) = (self.plane.width as usize, self.plane.height as usize);
        for (index, row) in self.padded.chunks_exact_mut(self.stride).enumerate() {
            let from = (self.at + index).min(height - 1) * width;
            let (inside, beyond) = row.split_at_mut(width);
            inside.copy_from_slice(&self.plane.samples[from..from + width]);
            beyond.fill(inside[width - 1]);
        }
        self.at += self.rows;
        self.padded.chunks_exact(self.stride).map(<[u8]>::as_ptr).collect()
    }
}

/// The library's state, and where it writes to. All are boxed, as the library keeps their addresses.
struct Writer {
    cinfo: Box<jpeg_compress_struct>,
    sink: Box<Sink>,
    _errors: Box<jpeg_error_mgr>,
}

/// Collects what the library writes. The library's part comes first, so that a pointer to it is one to the whole.
#[repr(C)]
struct Sink {
    manager: jpeg_destination_mgr,
    bytes: Vec<u8>,
    buffer: Vec<u8>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        // SAFETY: it was created, and is destroyed once.
        unsafe { jpeg_destroy_compress(&mut self.cinfo) };
    }
}

impl Writer {
    fn new(width: u32, height: u32, space: J_COLOR_SPACE, components: c_int) -> Result<Writer> {
        if width == 0 || height == 0 || width.max(height) > LONGEST_SIDE {
            return Err(Error::Failed(format!("a JPEG has sides of 1 to {LONGEST_SIDE} pixels")));
        }
        let mut errors = manager();
        // SAFETY: a struct of numbers and pointers that the library fills in.
        let mut cinfo: Box<jpeg_compress_struct> = Box::new(unsafe { std::mem::zeroed() });
        cinfo.common.err = &raw mut *errors;
        let size = size_of::<jpeg_compress_struct>();
        // SAFETY: `errors` outlives `cinfo` in `Writer`; the size is that of the struct.
        guarded(|| unsafe { jpeg_CreateCompress(&raw mut *cinfo, JPEG_LIB_VERSION, size) })?;
        let manager = jpeg_destination_mgr {
            next_output_byte: std::ptr::null_mut(),
            free_in_buffer: 0,
            init_destination: Some(begin),
            empty_output_buffer: Some(spill),
            term_destination: Some(end),
        };
        let mut sink = Box::new(Sink { manager, bytes: Vec::new(), buffer: vec![0; GROWTH] });
        cinfo.dest = (&raw mut *sink).cast();
        cinfo.image_width = width;
        cinfo.image_height = height;
        cinfo.input_components = components;
        cinfo.in_color_space = space;
        Ok(Writer { cinfo, sink, _errors: errors })
    }

    fn prepare(&mut self, settings: &Settings<'_>, luma: (c_int, c_int), raw: bool) -> Result<()> {
        let cinfo = &mut *self.cinfo;
        // The profile that decides by trial what is smallest takes twice the time for a tenth of the bytes.
        let profile = JINT_COMPRESS_PROFILE_VALUE::JCP_FASTEST as c_int;
        // SAFETY: calls in the order that the library prescribes; three components have three entries.
        guarded(|| unsafe {
            jpeg_c_set_int_param(cinfo, J_INT_PARAM::JINT_COMPRESS_PROFILE, profile);
            jpeg_set_defaults(cinfo);
            if cinfo.input_components == 3 {
                jpeg_set_colorspace(cinfo, J_COLOR_SPACE::JCS_YCbCr);
                let luma_info = &mut *cinfo.comp_info;
                (luma_info.h_samp_factor, luma_info.v_samp_factor) = luma;
            }
            jpeg_c_set_int_param(cinfo, J_INT_PARAM::JINT_BASE_QUANT_TBL_IDX, QUANTIZERS);
            jpeg_set_quality(cinfo, c_int::from(settings.quality), 1);
            if settings.progressive {
                let scans: &'static [jpeg_scan_info] =
                    if cinfo.input_components == 3 { &SCANS } else { &GRAY_SCANS };
                (cinfo.scan_info, cinfo.num_scans) = (scans.as_ptr(), scans.len() as c_int);
            }
            cinfo.optimize_coding = 1;
            cinfo.raw_data_in = c_int::from(raw);
            jpeg_start_compress(cinfo, 1);
            if let Some(exif) = settings.exif {
                let block = [b"Exif\0\0", exif].concat();
                jpeg_write_marker(cinfo, 0xe1, block.as_ptr(), block.len().min(65_533) as u32);
            }
            let pieces = settings.icc.unwrap_or_default().chunks(PIECE);
            let count = pieces.len();
            for (index, piece) in pieces.enumerate() {
                let block = [b"ICC_PROFILE\0", &[index as u8 + 1, count as u8][..], piece].concat();
                jpeg_write_marker(cinfo, 0xe2, block.as_ptr(), block.len() as u32);
            }
        })
    }

    fn finish(mut self) -> Result<Vec<u8>> {
        let cinfo = &mut *self.cinfo;
        // SAFETY: everything was written.
        guarded(|| unsafe { jpeg_finish_compress(cinfo) })?;
        Ok(std::mem::take(&mut self.sink.bytes))
    }
}

/// The sink of a writer.
///
/// # Safety
///
/// `cinfo.dest` has to be the sink of a [`Writer`].
unsafe fn sink(cinfo: &mut jpeg_compress_struct) -> &mut Sink {
    // SAFETY: the manager is the first field of the sink, whose layout is that of C.
    unsafe { &mut *cinfo.dest.cast::<Sink>() }
}

impl Sink {
    fn rewind(&mut self) {
        self.manager.next_output_byte = self.buffer.as_mut_ptr();
        self.manager.free_in_buffer = self.buffer.len();
    }
}

unsafe extern "C-unwind" fn begin(cinfo: &mut jpeg_compress_struct) {
    // SAFETY: `Writer::new` set it.
    unsafe { sink(cinfo) }.rewind();
}

unsafe extern "C-unwind" fn spill(cinfo: &mut jpeg_compress_struct) -> c_int {
    // SAFETY: as above.
    let sink = unsafe { sink(cinfo) };
    sink.bytes.extend_from_slice(&sink.buffer);
    sink.rewind();
    1
}

unsafe extern "C-unwind" fn end(cinfo: &mut jpeg_compress_struct) {
    // SAFETY: as above.
    let sink = unsafe { sink(cinfo) };
    let written = sink.buffer.len() - sink.manager.free_in_buffer;
    let (bytes, buffer) = (&mut sink.bytes, &sink.buffer);
    bytes.extend_from_slice(&buffer[..written]);
}
