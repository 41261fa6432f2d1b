//! Pictures as models take them.

use codecs::{Channels, Pixels};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use rten_tensor::NdTensor;

use crate::{Result, VisionError};

/// Most pixels of a picture. Callers are told to send a hundredth of it.
const MOST: u64 = 100_000_000;

/// Opaque RGB of any size.
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) samples: Vec<u8>,
}

/// A part of a picture, in its pixels.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Picture {
    /// The picture on white.
    pub(crate) fn new(pixels: &Pixels) -> Result<Self> {
        let (width, height) = (pixels.width, pixels.height);
        let count = u64::from(width) * u64::from(height);
        if count > MOST {
            return Err(VisionError::Limit(format!(
                "a picture of {width}×{height} has more than 100 megapixels"
            )));
        }
        if count == 0 || pixels.samples.len() as u64 != count * pixels.channels.count() as u64 {
            let samples = pixels.samples.len();
            return Err(VisionError::Broken(format!("{samples} samples are no picture of {width}×{height}")));
        }
        let samples = match pixels.channels {
            Channels::Rgb => pixels.samples.clone(),
            Channels::Gray => pixels.samples.iter().flat_map(|luma| [*luma; 3]).collect(),
            Channels::Rgba => pixels
                .samples
                .as_chunks::<4>()
                .0
                .iter()
                .flat_map(|&[red, green, blue, alpha]| {
                    let alpha = u32::from(alpha);
                    [red, green, blue]
                        .map(|x| ((u32::from(x) * alpha + 255 * (255 - alpha) + 127) / 255) as u8)
                })
                .collect(),
        };
        Ok(Self { width, height, samples })
    }

    pub(crate) fn whole(&self) -> Part {
        Part { left: 0.0, top: 0.0, width: f64::from(self.width), height: f64::from(self.height) }
    }

    /// A part of the picture at another size.
    pub(crate) fn scaled(&self, part: Part, width: u32, height: u32) -> Result<Picture> {
        let broken = |why: String| VisionError::Broken(why);
        let source = ImageRef::new(self.width, self.height, &self.samples, PixelType::U8x3)
            .map_err(|error| broken(error.to_string()))?;
        let mut made = Image::new(width, height, PixelType::U8x3);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).crop(
            part.left,
            part.top,
            part.width,
            part.height,
        );
        Resizer::new().resize(&source, &mut made, &options).map_err(|error| broken(error.to_string()))?;
        Ok(Picture { width, height, samples: made.into_vec() })
    }

    /// The whole picture with its longer side as given, if it is longer than that.
    pub(crate) fn fitted(&self, side: u32) -> Result<Picture> {
        let longer = self.width.max(self.height);
        if longer <= side {
            return self.scaled(self.whole(), self.width, self.height);
        }
        let to = |length: u32| (u64::from(length) * u64::from(side) / u64::from(longer)).max(1) as u32;
        self.scaled(self.whole(), to(self.width), to(self.height))
    }

    /// The samples as `sample × scale + offset`, `[1, 3, height, width]`, filled up with `fill` to the right and below to
    /// multiples of `step`. `order` says which channel comes first.
    pub(crate) fn tensor(
        &self,
        step: u32,
        order: [usize; 3],
        scale: f32,
        offset: f32,
        fill: f32,
    ) -> NdTensor<f32, 4> {
        let (width, height) =
            (self.width.next_multiple_of(step) as usize, self.height.next_multiple_of(step) as usize);
        let plane = width * height;
        let mut numbers = vec![fill; 3 * plane];
        let rows = self.samples.chunks_exact(3 * self.width as usize);
        for (y, row) in rows.enumerate() {
            for (x, pixel) in row.as_chunks::<3>().0.iter().enumerate() {
                for (to, from) in order.into_iter().enumerate() {
                    numbers[to * plane + y * width + x] = f32::from(pixel[from]) * scale + offset;
                }
            }
        }
        NdTensor::from_data([1, 3, height, width], numbers)
    }
}

/// The channels as they lie.
pub(crate) const RGB: [usize; 3] = [0, 1, 2];
/// The channels the other way round.
pub(crate) const BGR: [usize; 3] = [2, 1, 0];
