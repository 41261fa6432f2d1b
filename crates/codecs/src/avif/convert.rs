//! Luminance and chroma as AV1 stores them to RGB.

use yuv::{YuvPlanarImage, YuvRange, YuvStandardMatrix, yuv444_to_rgb};

use crate::{Channels, Error, Pixels, room};

/// Rows that are converted at once: few enough for the fast memory of a core.
const BAND: usize = 16;

/// A decoded AV1 picture, as libaom lends it. Rows lie `stride` bytes apart; a sample takes two bytes when `wide`.
pub(super) struct Planes<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) luminance: Plane<'a>,
    /// None for a picture in grey.
    pub(super) chroma: Option<[Plane<'a>; 2]>,
    /// Whether there is half as much chroma across and down.
    pub(super) halved: (bool, bool),
    pub(super) wide: bool,
    pub(super) bit_depth: u32,
    pub(super) full_range: bool,
    /// Matrix coefficients by ITU-T H.273.
    pub(super) matrix: u16,
    /// Colour primaries, for matrices that follow from them.
    pub(super) primaries: u16,
}

/// One plane of samples.
#[derive(Clone, Copy)]
pub(super) struct Plane<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) stride: usize,
}

impl Plane<'_> {
    /// Copies the beginning of a row, rounded to 8 bits.
    fn row(&self, index: usize, (wide, bit_depth): (bool, u32), to: &mut [u8]) {
        let row = &self.bytes[index * self.stride..];
        if !wide {
            return to.copy_from_slice(&row[..to.len()]);
        }
        let shift = bit_depth.saturating_sub(8);
        let half = (1 << shift) >> 1;
        for (to, from) in to.iter_mut().zip(row.chunks_exact(2)) {
            let sample = u32::from(u16::from_ne_bytes([from[0], from[1]]));
            *to = ((sample + half) >> shift).min(255) as u8;
        }
    }
}

enum Matrix {
    Identity,
    Standard(YuvStandardMatrix),
}

fn matrix(code: u16, primaries: u16) -> Result<Matrix, Error> {
    Ok(Matrix::Standard(match (code, primaries) {
        (0, _) => return Ok(Matrix::Identity),
        (1, _) | (12, 1) => YuvStandardMatrix::Bt709,
        (4, _) => YuvStandardMatrix::Fcc,
        (2 | 5 | 6, _) | (12, 5 | 6) => YuvStandardMatrix::Bt601,
        (7, _) => YuvStandardMatrix::Smpte240,
        (9, _) | (12, 9) => YuvStandardMatrix::Bt2020,
        _ => return Err(Error::Unsupported(format!("colours by the matrix {code} of H.273"))),
    }))
}

/// Converts to RGB, or to grey where there is no chroma.
pub(super) fn pixels(planes: &Planes<'_>) -> Result<Pixels, Error> {
    let (width, height) = (planes.width, planes.height);
    let format = (planes.wide, planes.bit_depth);
    let size = |channels: Channels| width * height * channels.count();
    let of = |channels, samples| Pixels { width: width as u32, height: height as u32, channels, samples };
    let Some(chroma) = &planes.chroma else {
        let mut samples = room(size(Channels::Gray))?;
        samples.resize(size(Channels::Gray), 0);
        for (index, row) in samples.chunks_mut(width).enumerate() {
            planes.luminance.row(index, format, row);
            if !planes.full_range {
                row.iter_mut().for_each(|sample| *sample = widened(*sample));
            }
        }
        return Ok(of(Channels::Gray, samples));
    };

    let matrix = matrix(planes.matrix, planes.primaries)?;
    let range = if planes.full_range { YuvRange::Full } else { YuvRange::Limited };
    let mut samples = room(size(Channels::Rgb))?;
    samples.resize(size(Channels::Rgb), 0);
    let [mut y, mut u, mut v] = [const { Vec::new() }; 3];
    for band in [&mut y, &mut u, &mut v] {
        *band = room(width * BAND)?;
        band.resize(width * BAND, 0);
    }
    let mut upsampler = Upsampler::new(planes)?;
    for (index, to) in samples.chunks_mut(width * BAND * 3).enumerate() {
        let rows = to.len() / (width * 3);
        for row in 0..rows {
            let (from, to) = (index * BAND + row, row * width..(row + 1) * width);
            planes.luminance.row(from, format, &mut y[to.clone()]);
            upsampler.row(&chroma[0], from, &mut u[to.clone()]);
            upsampler.row(&chroma[1], from, &mut v[to]);
        }
        match &matrix {
            Matrix::Identity => {
                for (to, ((y, u), v)) in to.chunks_exact_mut(3).zip(y.iter().zip(&u).zip(&v)) {
                    let rgb = [*v, *y, *u];
                    to.copy_from_slice(&if planes.full_range { rgb } else { rgb.map(widened) });
                }
            }
            Matrix::Standard(matrix) => {
                let stride = width as u32;
                let image = YuvPlanarImage {
                    y_plane: &y,
                    y_stride: stride,
                    u_plane: &u,
                    u_stride: stride,
                    v_plane: &v,
                    v_stride: stride,
                    width: stride,
                    height: rows as u32,
                };
                yuv444_to_rgb(&image, to, stride * 3, range, *matrix)
                    .map_err(|error| Error::Failed(error.to_string()))?;
            }
        }
    }
    Ok(of(Channels::Rgb, samples))
}

/// A sample of 16 to 235 over the whole range.
fn widened(sample: u8) -> u8 {
    ((u32::from(sample.clamp(16, 235)) - 16) * 255 / 219) as u8
}

/// Brings chroma to the size of luminance. A sample that lies between two is three parts of the nearer and one of the
/// farther, along each side.
struct Upsampler {
    halved: (bool, bool),
    format: (bool, u32),
    /// Columns and rows of chroma.
    size: (usize, usize),
    near: Vec<u8>,
    far: Vec<u8>,
    /// A row of chroma between two, in quarters, with one more at each end.
    sums: Vec<u16>,
}

impl Upsampler {
    fn new(planes: &Planes<'_>) -> Result<Self, Error> {
        let side = |length: usize, halved: bool| if halved { length.div_ceil(2) } else { length };
        let size = (side(planes.width, planes.halved.0), side(planes.height, planes.halved.1));
        let row = || {
            let mut row = room(size.0)?;
            row.resize(size.0, 0);
            Ok::<_, Error>(row)
        };
        Ok(Self {
            halved: planes.halved,
            format: (planes.wide, planes.bit_depth),
            size,
            near: row()?,
            far: row()?,
            sums: vec![0; size.0 + 2],
        })
    }

    fn row(&mut self, plane: &Plane<'_>, index: usize, to: &mut [u8]) {
        if self.halved == (false, false) {
            return plane.row(index, self.format, to);
        }
        let (near, far) = match self.halved.1 {
            false => (index, index),
            true if index.is_multiple_of(2) => (index / 2, (index / 2).saturating_sub(1)),
            true => (index / 2, (index / 2 + 1).min(self.size.1 - 1)),
        };
        plane.row(near, self.format, &mut self.near);
        plane.row(far, self.format, &mut self.far);
        let columns = self.size.0;
        for (sum, (near, far)) in self.sums[1..].iter_mut().zip(self.near.iter().zip(&self.far)) {
            *sum = 3 * u16::from(*near) + u16::from(*far);
        }
        self.sums[0] = self.sums[1];
        self.sums[columns + 1] = self.sums[columns];
        if !self.halved.0 {
            for (to, sum) in to.iter_mut().zip(&self.sums[1..]) {
                *to = ((sum + 2) / 4) as u8;
            }
            return;
        }
        for (to, sums) in to.chunks_mut(2).zip(self.sums.windows(3)) {
            to[0] = ((3 * sums[1] + sums[0] + 8) / 16) as u8;
            if let Some(second) = to.get_mut(1) {
                *second = ((3 * sums[1] + sums[2] + 8) / 16) as u8;
            }
        }
    }
}
