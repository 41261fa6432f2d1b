//! Resampling while rows arrive: only as many are kept as the next rows of the result need.

use std::sync::LazyLock;

use contract::transform::Size;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x3, U8x4};
use fast_image_resize::{Filter, FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

use super::geometry::Frame;
use super::{Error, Result};

/// Bytes of the source that are used for one group of rows of the result. Fewer take less memory, more take less time for the
/// weights, which are reckoned anew for each group.
const GROUP: usize = 768 << 10;
/// Lobes of the kernel.
const SUPPORT: f64 = 3.0;
/// Steps of the kernel's table for each pixel.
const STEPS: f64 = 1024.0;

/// Lanczos3 by table: reckoning sines takes longer than using them.
static LANCZOS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let sinc =
        |x: f64| if x == 0.0 { 1.0 } else { (x * std::f64::consts::PI).sin() / (x * std::f64::consts::PI) };
    let steps = (SUPPORT * STEPS) as usize;
    (0..=steps).map(|step| step as f64 / STEPS).map(|x| sinc(x) * sinc(x / SUPPORT)).collect()
});

fn lanczos(x: f64) -> f64 {
    LANCZOS.get((x.abs() * STEPS + 0.5) as usize).copied().unwrap_or(0.0)
}

/// Makes a picture, or a plane of one, larger or smaller.
pub(super) struct Scaler {
    source: Size,
    channels: usize,
    frame: Frame,
    size: Size,
    resizer: Resizer,
    options: ResizeOptions,
    /// Rows of the source that were taken out of the buffer.
    dropped: usize,
    /// Rows of the result that are done.
    done: usize,
    result: Vec<u8>,
}

impl Scaler {
    /// From `frame` of a source to `size`. Samples are interleaved; with four channels the last may be opacity, by which the
    /// others are weighted (`see_through`).
    pub(super) fn new(
        source: Size,
        channels: usize,
        frame: Frame,
        size: Size,
        see_through: bool,
    ) -> Result<Scaler> {
        if !matches!(channels, 1 | 3 | 4) {
            return Err(Error::Unsupported(format!("a picture of {channels} channels")));
        }
        let filter = Filter::new("Lanczos3 by table", lanczos, SUPPORT)
            .map_err(|error| Error::Failed(error.to_string()))?;
        let algorithm = ResizeAlg::Convolution(FilterType::Custom(filter));
        Ok(Scaler {
            source,
            channels,
            frame: within(frame, source),
            size,
            resizer: Resizer::new(),
            options: ResizeOptions::new().resize_alg(algorithm).use_alpha(see_through),
            dropped: 0,
            done: 0,
            result: vec![0; size.width as usize * size.height as usize * channels],
        })
    }

    /// Whether every row of the result is there.
    pub(super) fn complete(&self) -> bool {
        self.done == self.size.height as usize
    }

    /// The rows of the source, counted from its top, that `rows` of the result are made of.
    fn sources(&self, rows: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let scale = self.frame.height / f64::from(self.size.height);
        let reach = SUPPORT * scale.max(1.0) + 1.0;
        let first = (self.frame.y + rows.start as f64 * scale - reach).floor().max(0.0);
        let last = (self.frame.y + rows.end as f64 * scale + reach).ceil().min(f64::from(self.source.height));
        first as usize..last as usize
    }

    /// Makes as many rows as `buffer`, which rows of the source are appended to, is enough for, and drops what isn't
    /// needed any more.
    pub(super) fn advance(&mut self, buffer: &mut Vec<u8>) -> Result<()> {
        let stride = self.source.width as usize * self.channels;
        let scale = self.frame.height / f64::from(self.size.height);
        let group = ((GROUP / stride) as f64 / scale).ceil().max(8.0) as usize;
        while !self.complete() {
            let rows = self.done..(self.done + group).min(self.size.height as usize);
            let needed = self.sources(rows.clone());
            if self.dropped + buffer.len() / stride < needed.end {
                break;
            }
            let from = needed.start - self.dropped;
            let source = &buffer[from * stride..(needed.end - self.dropped) * stride];
            self.resample(source, needed, rows.clone(), scale)?;
            self.done = rows.end;
        }
        let kept = if self.complete() { usize::MAX } else { self.sources(self.done..self.done + 1).start };
        let unneeded = kept.saturating_sub(self.dropped).min(buffer.len() / stride);
        // Moving what is left to the front costs as much as it is long, so it is worth it when that is little.
        if unneeded * stride * 2 >= buffer.len() {
            buffer.drain(..unneeded * stride);
            self.dropped += unneeded;
        }
        Ok(())
    }

    fn resample(
        &mut self,
        source: &[u8],
        sources: std::ops::Range<usize>,
        rows: std::ops::Range<usize>,
        scale: f64,
    ) -> Result<()> {
        let stride = self.size.width as usize * self.channels;
        let result = &mut self.result[rows.start * stride..rows.end * stride];
        let height = sources.len() as f64;
        let top = (self.frame.y + rows.start as f64 * scale - sources.start as f64).clamp(0.0, height);
        let tall = (rows.len() as f64 * scale).min(height - top);
        let options = self.options.clone().crop(self.frame.x, top, self.frame.width, tall);
        let (from, to) = ((self.source.width, sources.len() as u32), (self.size.width, rows.len() as u32));
        match self.channels {
            1 => resize::<U8>(&mut self.resizer, source, from, result, to, &options),
            3 => resize::<U8x3>(&mut self.resizer, source, from, result, to, &options),
            _ => resize::<U8x4>(&mut self.resizer, source, from, result, to, &options),
        }
    }

    /// The result; rows that never came are left as zeros.
    pub(super) fn finish(self) -> Vec<u8> {
        self.result
    }
}

/// For each kind of pixel on its own: the library's function for all of them is built for kinds that we never have.
fn resize<P: PixelTrait>(
    resizer: &mut Resizer,
    source: &[u8],
    (width, height): (u32, u32),
    result: &mut [u8],
    (to_width, to_height): (u32, u32),
    options: &ResizeOptions,
) -> Result<()> {
    let failed = |error: &dyn std::fmt::Display| Error::Failed(error.to_string());
    let from = TypedImageRef::<P>::from_buffer(width, height, source).map_err(|error| failed(&error))?;
    let mut to = TypedImage::<P>::from_buffer(to_width, to_height, result).map_err(|error| failed(&error))?;
    resizer.resize_typed(&from, &mut to, options).map_err(|error| failed(&error))
}

/// A frame that lies inside, which rounding may have moved it out of.
fn within(frame: Frame, source: Size) -> Frame {
    let (width, height) = (f64::from(source.width), f64::from(source.height));
    let x = frame.x.clamp(0.0, width - 1e-3);
    let y = frame.y.clamp(0.0, height - 1e-3);
    Frame { x, y, width: frame.width.clamp(1e-3, width - x), height: frame.height.clamp(1e-3, height - y) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Rows in one go and rows one by one give the same, which is what the library makes of the whole.
    #[test]
    fn groups_of_rows_are_as_the_whole() {
        let source = Size { width: 997, height: 2403 };
        let samples: Vec<u8> = (0..source.width * source.height).map(|i| (i * 7919 % 251) as u8).collect();
        for (size, frame) in [
            (Size { width: 31, height: 603 }, Frame::whole(source)),
            (Size { width: 150, height: 3300 }, Frame { x: 3.3, y: 11.7, width: 60.2, height: 2000.1 }),
            (Size { width: 5, height: 3 }, Frame { x: 0.0, y: 400.0, width: 997.0, height: 401.0 }),
        ] {
            let mut whole = Scaler::new(source, 1, frame, size, false).unwrap();
            whole.advance(&mut samples.clone()).unwrap();
            assert!(whole.complete());
            let mut slow = Scaler::new(source, 1, frame, size, false).unwrap();
            let mut buffer = Vec::new();
            let mut most = 0;
            for row in samples.chunks(997) {
                buffer.extend_from_slice(row);
                most = most.max(buffer.len());
                slow.advance(&mut buffer).unwrap();
            }
            assert!(slow.complete());
            let whole = whole.finish();
            assert_eq!(slow.finish(), whole);
            let mut expected = vec![0; whole.len()];
            let lanczos = ResizeAlg::Convolution(FilterType::Lanczos3);
            let options =
                ResizeOptions::new().resize_alg(lanczos).crop(frame.x, frame.y, frame.width, frame.height);
            let to = (size.width, size.height);
            resize::<U8>(&mut Resizer::new(), &samples, (997, 2403), &mut expected, to, &options).unwrap();
            let worst = expected.iter().zip(&whole).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(2), "{worst:?}");
        }
    }
}
