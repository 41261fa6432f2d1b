//! Gaussian blur, and the unsharp mask that is made of it.

use codecs::{Channels, Pixels, Plane, Ycc};
use contract::transform::{Hundredths, Step, Unsharp, Upscale};

use super::{Picture, colour};

/// Above this sigma three means over a box stand in for the Gaussian, which they are nearly, in a time that doesn't grow.
const EXACT: f64 = 6.0;
/// Bits behind the point of blurred samples.
const POINT: u32 = 7;
/// Bits behind the point of a kernel's weights.
const WEIGHT: u32 = 14;
/// `lg_2`: what makes up for the softness of enlarging.
const SUPER: Unsharp =
    Unsharp { radius: Hundredths::new(150), amount: Hundredths::new(80), threshold: Hundredths::new(100) };

/// `blur_N`: a Gaussian whose sigma is the square root of N, times the geometric mean of width and height, over 120: the
/// published client asks for 1 to 3 for its small placeholders, and 100 is to leave nothing but colours.
pub(super) fn blurred(picture: Picture, percent: u8) -> Picture {
    if percent == 0 {
        return picture;
    }
    let size = picture.size();
    let sigma = (size.pixels() as f64 * f64::from(percent)).sqrt() / 120.0;
    match picture {
        Picture::Ycc(Ycc { y, cb, cr }) => {
            // Chroma that is half as large is blurred half as far.
            let smaller = f64::from(cb.width) / f64::from(y.width);
            let soft = |plane: Plane, sigma| Plane { samples: soft(&plane, sigma), ..plane };
            Picture::Ycc(Ycc {
                y: soft(y, sigma),
                cb: soft(cb, sigma * smaller),
                cr: soft(cr, sigma * smaller),
            })
        }
        Picture::Pixels(pixels) => Picture::Pixels(soft_pixels(pixels, sigma)),
    }
}

/// A plane, blurred by a Gaussian of this sigma in samples.
pub(crate) fn soft(plane: &Plane, sigma: f64) -> Vec<u8> {
    gaussian(plane, sigma).into_iter().map(rounded).collect()
}

fn rounded(sample: u16) -> u8 {
    ((sample + (1 << (POINT - 1))) >> POINT).min(255) as u8
}

fn soft_pixels(mut pixels: Pixels, sigma: f64) -> Pixels {
    let count = pixels.channels.count();
    // Colours are weighted by opacity, so that what can't be seen doesn't bleed.
    let see_through = pixels.channels == Channels::Rgba;
    if see_through {
        for pixel in pixels.samples.chunks_exact_mut(4) {
            let alpha = u16::from(pixel[3]);
            pixel[..3]
                .iter_mut()
                .for_each(|sample| *sample = ((u16::from(*sample) * alpha + 127) / 255) as u8);
        }
    }
    for channel in 0..count {
        let samples = pixels.samples.iter().skip(channel).step_by(count).copied().collect();
        let plane = Plane { width: pixels.width, height: pixels.height, samples };
        let soft = soft(&plane, sigma);
        let into = pixels.samples.iter_mut().skip(channel).step_by(count);
        into.zip(soft).for_each(|(sample, soft)| *sample = soft);
    }
    if see_through {
        for pixel in pixels.samples.chunks_exact_mut(4) {
            let alpha = u16::from(pixel[3]).max(1);
            pixel[..3].iter_mut().for_each(|sample| {
                *sample = ((u16::from(*sample) * 255 + alpha / 2) / alpha).min(255) as u8;
            });
        }
    }
    pixels
}

/// The mask of `lg_2`, if one of the steps has it.
pub(super) fn enlargement(steps: &[Step]) -> Option<Unsharp> {
    let supers = |step: &Step| match step {
        Step::Fit { upscale, .. } | Step::Fill { upscale, .. } => *upscale == Some(Upscale::Super),
        _ => false,
    };
    steps.iter().any(supers).then_some(SUPER)
}

/// `usm_R_A_T`: where luma differs from blurred luma by at least the threshold, that difference times the amount is added to
/// every channel.
pub(super) fn sharpened(picture: Picture, mask: &Unsharp) -> Picture {
    match picture {
        Picture::Ycc(mut picture) => {
            let differences = differences(&picture.y, mask);
            add(picture.y.samples.iter_mut(), &differences);
            Picture::Ycc(picture)
        }
        Picture::Pixels(mut pixels) => {
            let count = pixels.channels.count();
            let samples = match pixels.channels {
                Channels::Gray => pixels.samples.clone(),
                _ => pixels.samples.chunks_exact(count).map(|p| colour::luma(p[0], p[1], p[2])).collect(),
            };
            let luma = Plane { width: pixels.width, height: pixels.height, samples };
            let differences = differences(&luma, mask);
            for channel in 0..count.min(3) {
                add(pixels.samples.iter_mut().skip(channel).step_by(count), &differences);
            }
            Picture::Pixels(pixels)
        }
    }
}

fn add<'a>(samples: impl Iterator<Item = &'a mut u8>, differences: &[i16]) {
    samples.zip(differences).for_each(|(sample, difference)| {
        *sample = (i16::from(*sample) + difference).clamp(0, 255) as u8;
    });
}

fn differences(luma: &Plane, mask: &Unsharp) -> Vec<i16> {
    let amount = (mask.amount.value() * f64::from(1 << WEIGHT)) as i32;
    let threshold = (mask.threshold.value() * f64::from(1 << POINT)) as i32;
    let soft = gaussian(luma, mask.radius.value());
    let sharp = luma.samples.iter().zip(soft).map(|(sample, soft)| {
        let difference = (i32::from(*sample) << POINT) - i32::from(soft);
        let counts = i32::from(difference.abs() >= threshold);
        // The amount is at most 10, so the product stays below 2^29.
        let added = difference * counts * (amount >> 2) + (1 << (POINT + WEIGHT - 3));
        (added >> (POINT + WEIGHT - 2)) as i16
    });
    sharp.collect()
}

/// Blurred samples with [`POINT`] bits behind the point. Beyond the border is what lies on it.
fn gaussian(plane: &Plane, sigma: f64) -> Vec<u16> {
    let (width, height) = (plane.width as usize, plane.height as usize);
    let mut samples: Vec<u16> = plane.samples.iter().map(|sample| u16::from(*sample) << POINT).collect();
    if sigma <= EXACT {
        let kernel = kernel(sigma);
        let mut result = vec![0; samples.len()];
        down(&samples, &mut result, width, height, &kernel);
        across(&result, &mut samples, width, &kernel);
        return samples;
    }
    for side in boxes(sigma) {
        samples = boxed(&samples, width, height, side);
        samples = boxed(&samples, height, width, side);
    }
    samples
}

/// Weights from the centre outwards; all of them, with both sides, sum up to 1.
fn kernel(sigma: f64) -> Vec<u32> {
    let reach = (sigma * 3.0).ceil().max(1.0) as usize;
    let weights: Vec<f64> = (0..=reach).map(|x| (-((x * x) as f64) / (2.0 * sigma * sigma)).exp()).collect();
    let sum = weights[0] + 2.0 * weights[1..].iter().sum::<f64>();
    let mut fixed: Vec<u32> =
        weights.iter().map(|weight| (weight / sum * f64::from(1 << WEIGHT)).round() as u32).collect();
    let sides: u32 = fixed[1..].iter().sum();
    fixed[0] = (1 << WEIGHT) - 2 * sides;
    fixed
}

fn down(from: &[u16], to: &mut [u16], width: usize, height: usize, kernel: &[u32]) {
    let row = |y: usize| &from[y * width..(y + 1) * width];
    let mut sums = vec![0_u32; width];
    for (y, to) in to.chunks_exact_mut(width).enumerate() {
        sums.iter_mut().zip(row(y)).for_each(|(sum, sample)| *sum = u32::from(*sample) * kernel[0]);
        for (distance, weight) in kernel.iter().enumerate().skip(1) {
            let (above, below) = (row(y.saturating_sub(distance)), row((y + distance).min(height - 1)));
            let both = above.iter().zip(below);
            sums.iter_mut()
                .zip(both)
                .for_each(|(sum, (a, b))| *sum += (u32::from(*a) + u32::from(*b)) * weight);
        }
        to.iter_mut().zip(&sums).for_each(|(to, sum)| *to = ((sum + (1 << (WEIGHT - 1))) >> WEIGHT) as u16);
    }
}

fn across(from: &[u16], to: &mut [u16], width: usize, kernel: &[u32]) {
    let reach = kernel.len() - 1;
    let mut padded = vec![0_u16; width + 2 * reach];
    let mut sums = vec![0_u32; width];
    for (from, to) in from.chunks_exact(width).zip(to.chunks_exact_mut(width)) {
        padded[..reach].fill(from[0]);
        padded[reach..reach + width].copy_from_slice(from);
        padded[reach + width..].fill(from[width - 1]);
        sums.iter_mut().zip(from).for_each(|(sum, sample)| *sum = u32::from(*sample) * kernel[0]);
        for (distance, weight) in kernel.iter().enumerate().skip(1) {
            let both = padded[reach - distance..].iter().zip(&padded[reach + distance..]);
            sums.iter_mut()
                .zip(both)
                .for_each(|(sum, (a, b))| *sum += (u32::from(*a) + u32::from(*b)) * weight);
        }
        to.iter_mut().zip(&sums).for_each(|(to, sum)| *to = ((sum + (1 << (WEIGHT - 1))) >> WEIGHT) as u16);
    }
}

/// Widths, all odd, of three boxes whose means one after the other have the variance of the Gaussian.
fn boxes(sigma: f64) -> [usize; 3] {
    let ideal = (12.0 * sigma * sigma / 3.0 + 1.0).sqrt();
    let lower = (ideal.floor() as usize - 1) | 1;
    let lower_f = lower as f64;
    let count =
        (12.0 * sigma * sigma - 3.0 * lower_f * lower_f - 12.0 * lower_f - 9.0) / (-4.0 * lower_f - 4.0);
    std::array::from_fn(|index| if (index as f64) < count.round() { lower } else { lower + 2 })
}

/// Means over `side` samples of each row, written as columns: twice is both ways.
fn boxed(from: &[u16], width: usize, height: usize, side: usize) -> Vec<u16> {
    let reach = (side / 2) as isize;
    let mut to = vec![0; from.len()];
    for (y, row) in from.chunks_exact(width).enumerate() {
        let at = |x: isize| u64::from(row[x.clamp(0, width as isize - 1) as usize]);
        let mut sum: u64 = (-reach..=reach).map(at).sum();
        for x in 0..width as isize {
            to[x as usize * height + y] = ((sum + side as u64 / 2) / side as u64) as u16;
            sum = sum + at(x + reach + 1) - at(x - reach);
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge() -> Plane {
        let samples = (0..64 * 64).map(|i| if i % 64 < 32 { 40 } else { 200 }).collect();
        Plane { width: 64, height: 64, samples }
    }

    /// The Gaussian by its definition, in one dimension, across the edge.
    fn exact(x: usize, sigma: f64) -> f64 {
        let weight = |distance: isize| (-((distance * distance) as f64) / (2.0 * sigma * sigma)).exp();
        let taps = (-200..=200_isize).map(|d| (weight(d), if x as isize + d < 32 { 40.0 } else { 200.0 }));
        let (sum, all) = taps.fold((0.0, 0.0), |(sum, all), (w, v)| (sum + w * v, all + w));
        sum / all
    }

    #[test]
    fn a_blur_is_a_gaussian_small_or_large() {
        for (sigma, off) in [(0.5, 1.0), (2.0, 1.0), (5.9, 1.0), (8.0, 3.0)] {
            let soft = soft(&edge(), sigma);
            for x in 12..52 {
                let (got, expected) = (f64::from(soft[20 * 64 + x]), exact(x, sigma));
                assert!((got - expected).abs() <= off, "sigma {sigma} at {x}: {got} for {expected}");
            }
        }
        let flat = Plane { width: 5, height: 3, samples: vec![77; 15] };
        assert_eq!(soft(&flat, 3.0), vec![77; 15]);
        assert_eq!(soft(&flat, 30.0), vec![77; 15]);
    }

    #[test]
    fn a_mask_steepens_edges_and_its_threshold_spares_what_is_flat() {
        let mask = |amount, threshold| Unsharp {
            radius: Hundredths::new(100),
            amount: Hundredths::new(amount),
            threshold: Hundredths::new(threshold),
        };
        let pixels = |plane: &Plane| {
            Picture::Pixels(Pixels {
                width: 64,
                height: 64,
                channels: Channels::Gray,
                samples: plane.samples.clone(),
            })
        };
        let at = |picture: Picture, x: usize| match picture {
            Picture::Pixels(pixels) => pixels.samples[640 + x],
            Picture::Ycc(_) => panic!(),
        };
        let soft = exact(31, 1.0);
        let expected = 40.0 + (40.0 - soft);
        let got = f64::from(at(sharpened(pixels(&edge()), &mask(100, 0)), 31));
        assert!((got - expected.max(0.0)).abs() <= 1.0, "{got} for {expected}");
        assert!(at(sharpened(pixels(&edge()), &mask(30, 0)), 32) > 200);
        assert_eq!(at(sharpened(pixels(&edge()), &mask(100, 25_500)), 31), 40);
        assert_eq!(at(sharpened(pixels(&edge()), &mask(0, 0)), 31), 40);
        assert_eq!(at(sharpened(pixels(&edge()), &mask(1000, 0)), 3), 40);
    }
}
