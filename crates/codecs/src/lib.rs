//! Safe functions over the best codecs of each format: encoded bytes to samples and back.
//!
//! Knows no HTTP, no database, no site. Everything here blocks, and uses the calling thread alone: who wants several
//! pictures at once calls from several threads. Nothing here trusts its input: sizes are checked on the header, before
//! memory is taken, and what C code is given lives as long as the call.
//!
//! This is the one crate of the workspace with `unsafe` code, in the modules that call C.

pub mod avif;
pub mod jpeg;
pub mod webp;

/// Interleaved 8-bit samples, rows top to bottom without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples per pixel, and what they are.
    pub channels: Channels,
    /// `width × height × channels` samples.
    pub samples: Vec<u8>,
}

impl Pixels {
    /// Whether there are as many samples as the size says, and at least one pixel.
    fn check(&self) -> Result<(), Error> {
        let expected = u64::from(self.width) * u64::from(self.height) * self.channels.count() as u64;
        if expected == 0 || expected != self.samples.len() as u64 {
            let (width, height, samples) = (self.width, self.height, self.samples.len());
            return Err(Error::Failed(format!("{samples} samples are no picture of {width}×{height}")));
        }
        Ok(())
    }
}

/// The channels of a picture, in the order of their samples. Alpha is not multiplied into the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// Luminance.
    Gray,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, alpha.
    Rgba,
}

impl Channels {
    /// Samples per pixel.
    pub fn count(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// 8-bit samples of one component, rows top to bottom without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plane {
    /// Samples per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width × height` samples.
    pub samples: Vec<u8>,
}

/// A picture in luma and chroma as JPEG has them: BT.601, full range. The chroma planes may be smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ycc {
    /// Luma; its size is that of the picture.
    pub y: Plane,
    /// Blue minus luma, around 128.
    pub cb: Plane,
    /// Red minus luma, around 128; as large as `cb`.
    pub cr: Plane,
}

impl Ycc {
    /// Whether the planes have as many samples as their sizes say, and those of chroma half as many across and down,
    /// as WebP and AVIF have them.
    fn check_halves(&self) -> Result<(), Error> {
        let (width, height) = (self.y.width, self.y.height);
        let halves = (width.div_ceil(2), height.div_ceil(2));
        let full = |plane: &Plane| {
            let expected = u64::from(plane.width) * u64::from(plane.height);
            expected > 0 && expected == plane.samples.len() as u64
        };
        let half = |plane: &Plane| full(plane) && (plane.width, plane.height) == halves;
        if !full(&self.y) || !half(&self.cb) || !half(&self.cr) {
            return Err(Error::Failed(format!("chroma is not half of {width}×{height}")));
        }
        Ok(())
    }
}

/// What decoding one picture may cost. Checked on the header.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most pixels of the picture as it is stored, before any cropping or scaling.
    pub pixels: u64,
    /// Most bytes of memory for the result and for what the decoder needs beside it.
    pub memory: u64,
}

impl Limits {
    /// Refuses a picture of this size whose decoding takes `bytes` of memory for each pixel of it, and `fixed` beside.
    fn check(&self, width: u32, height: u32, bytes: u64, fixed: u64) -> Result<(), Error> {
        let pixels = u64::from(width) * u64::from(height);
        let memory = pixels.saturating_mul(bytes).saturating_add(fixed);
        if pixels > self.pixels || memory > self.memory {
            return Err(Error::TooLarge { width, height });
        }
        Ok(())
    }
}

/// A decoded picture with what its file says about it.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The picture.
    pub pixels: Pixels,
    /// The ICC profile that its colours are meant in.
    pub icc: Option<Vec<u8>>,
    /// Its EXIF block: a TIFF structure, without the `Exif\0\0` that some files put before it.
    pub exif: Option<Vec<u8>>,
    /// Its colours by code points, where the format has those. A profile comes before them.
    pub cicp: Option<Cicp>,
}

/// Colours by code points of ITU-T H.273. 1 and 13 are sRGB; 2 says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cicp {
    /// Colour primaries.
    pub primaries: u16,
    /// Transfer characteristics.
    pub transfer: u16,
}

/// What is written into a file beside the picture.
#[derive(Clone, Copy, Debug, Default)]
pub struct Metadata<'a> {
    /// The ICC profile that the colours are meant in. Without one they are sRGB.
    pub icc: Option<&'a [u8]>,
    /// An EXIF block: a TIFF structure.
    pub exif: Option<&'a [u8]>,
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not what their format asks for.
    #[error("the picture is damaged: {0}")]
    Damaged(String),
    /// The header promises more than the limits allow, or a format can't hold that much.
    #[error("a picture of {width}×{height} is too large")]
    TooLarge {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// A variant of the format that this codec doesn't know.
    #[error("not supported: {0}")]
    Unsupported(String),
    /// The codec gave up, or was asked for the impossible.
    #[error("{0}")]
    Failed(String),
}

/// Memory for `count` samples, or an error where an allocation that fails would end the process.
fn room(count: usize) -> Result<Vec<u8>, Error> {
    let mut samples = Vec::new();
    samples.try_reserve_exact(count).map_err(|_| Error::Failed(format!("no memory for {count} samples")))?;
    Ok(samples)
}
