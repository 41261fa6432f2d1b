//! The samples of a picture, and how they become pixels.

use codecs::{Channels, Pixels};

/// Colours in linear light, multiplied by how much they cover, and how near each is.
pub(super) struct Canvas {
    pub(super) side: usize,
    colours: Vec<[f32; 4]>,
    near: Vec<f32>,
    work: u64,
}

/// Looks that a sample may take in the mean before a picture is left as it is, one that takes light counting for a hundred.
/// Ordinary models take a tenth of it.
const WORK: u64 = 1500;

impl Canvas {
    pub(super) fn new(side: usize) -> Self {
        Self { side, colours: vec![[0.0; 4]; side * side], near: vec![0.0; side * side], work: 0 }
    }

    /// Notes work, and says whether there may be more.
    pub(super) fn works(&mut self, samples: u64) -> bool {
        self.work += samples;
        self.work < WORK * self.near.len() as u64
    }

    /// Whether something as near as this is seen at a sample.
    pub(super) fn shows(&self, at: usize, near: f32) -> bool {
        near > self.near[at]
    }

    /// Puts something solid over what is there.
    pub(super) fn put(&mut self, at: usize, near: f32, [r, g, b]: [f32; 3]) {
        self.near[at] = near;
        self.colours[at] = [r, g, b, 1.0];
    }

    /// Lays something over what is there. Its distance isn't kept: what lies behind it may still come.
    pub(super) fn lay(&mut self, at: usize, colour: [f32; 3], cover: f32) {
        let under = self.colours[at];
        let over = [colour[0], colour[1], colour[2], 1.0];
        self.colours[at] =
            std::array::from_fn(|channel| over[channel] * cover + under[channel] * (1.0 - cover));
    }

    /// Lays a shadow under what is there.
    pub(super) fn underlay(&mut self, at: usize, dark: f32) {
        let [_, _, _, cover] = &mut self.colours[at];
        *cover += dark * (1.0 - *cover);
    }

    /// How much a sample is covered.
    pub(super) fn cover(&self, at: usize) -> f32 {
        self.colours[at][3]
    }

    /// The mean of each square of samples, in sRGB.
    pub(super) fn shrunk(&self, samples: usize) -> Pixels {
        let side = self.side / samples;
        let mut pixels = Vec::with_capacity(side * side * 4);
        for y in 0..side {
            for x in 0..side {
                let mut sum = [0.0_f32; 4];
                for row in 0..samples {
                    let from = (y * samples + row) * self.side + x * samples;
                    for colour in &self.colours[from..from + samples] {
                        sum = std::array::from_fn(|channel| sum[channel] + colour[channel]);
                    }
                }
                let cover = sum[3];
                let whole = if cover > 0.0 { 1.0 / cover } else { 0.0 };
                pixels.extend(sum[..3].iter().map(|light| stored(light * whole)));
                pixels.push((cover / (samples * samples) as f32 * 255.0 + 0.5) as u8);
            }
        }
        Pixels { width: side as u32, height: side as u32, channels: Channels::Rgba, samples: pixels }
    }
}

/// A sample of sRGB.
fn stored(light: f32) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0 + 0.5) as u8
}
