//! What a small copy of a picture tells: its colours, where the eye goes, and what stands in for it while it loads.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use codecs::{Channels, Pixels, Plane};

use crate::palette;
use crate::render::soft;

/// Longest side of the copy, in pixels: the most that a ThumbHash is made of.
pub(crate) const SIDE: u32 = 100;
/// Below this opacity a pixel has no colour to speak of.
const OPAQUE_ENOUGH: u8 = 128;
/// Waves of a BlurHash, across and down.
const WAVES: (u32, u32) = (4, 3);
/// How far interest spreads, as a share of the longer side.
const SPREAD: f64 = 0.08;
/// A picture whose most interesting part is hardly more so than the mean has none.
const DISTINCT: f64 = 1.3;

/// What was seen.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Glance {
    /// The colour that stands for the picture, and at most ten by how much of it they cover.
    pub(crate) colors: Option<([u8; 3], Vec<[u8; 3]>)>,
    /// The point that draws the eye, in fractions from the left and from above.
    pub(crate) focus: Option<[f32; 2]>,
    /// In Base64.
    pub(crate) thumbhash: Option<String>,
    pub(crate) blurhash: Option<String>,
}

/// Looks at a picture of at most [`SIDE`] pixels on each side.
pub(crate) fn glance(picture: &Pixels) -> Glance {
    let samples = rgba(picture);
    let (pixels, _) = samples.as_chunks::<4>();
    let opaque: Vec<[u8; 3]> = pixels
        .iter()
        .filter(|[.., alpha]| *alpha >= OPAQUE_ENOUGH)
        .map(|[r, g, b, _]| [*r, *g, *b])
        .collect();
    let (width, height) = (picture.width, picture.height);
    let hash = thumbhash::rgba_to_thumb_hash(width as usize, height as usize, &samples);
    Glance {
        colors: palette::of(&opaque),
        focus: focus(pixels, width, height),
        thumbhash: Some(STANDARD.encode(hash)),
        blurhash: blurhash::encode(WAVES.0, WAVES.1, width, height, &on_white(pixels)).ok(),
    }
}

fn rgba(picture: &Pixels) -> Vec<u8> {
    match picture.channels {
        Channels::Gray => picture.samples.iter().flat_map(|gray| [*gray, *gray, *gray, 255]).collect(),
        Channels::Rgb => {
            let (pixels, _) = picture.samples.as_chunks::<3>();
            pixels.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect()
        }
        Channels::Rgba => picture.samples.clone(),
    }
}

/// A BlurHash knows no opacity.
fn on_white(pixels: &[[u8; 4]]) -> Vec<u8> {
    let blend = |sample: u8, alpha: u8| {
        ((u16::from(sample) * u16::from(alpha) + 255 * u16::from(255 - alpha)) / 255) as u8
    };
    pixels.iter().flat_map(|[r, g, b, a]| [blend(*r, *a), blend(*g, *a), blend(*b, *a), 255]).collect()
}

/// Where edges are strong and colours are unlike those of the rest, spread over the neighbourhood: the highest place.
fn focus(pixels: &[[u8; 4]], width: u32, height: u32) -> Option<[f32; 2]> {
    let (across, down) = (width as usize, height as usize);
    let lab: Vec<[f32; 3]> = pixels
        .iter()
        .map(|[r, g, b, a]| palette::to_oklab([*r, *g, *b]).map(|value| value * f32::from(*a) / 255.0))
        .collect();
    let count = lab.len().max(1) as f32;
    let mean: [f32; 3] =
        std::array::from_fn(|channel| lab.iter().map(|color| color[channel]).sum::<f32>() / count);
    let distance = |a: [f32; 3], b: [f32; 3]| {
        let [l, x, y] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
        (l * l + 4.0 * (x * x + y * y)).sqrt()
    };
    let interest = |x: usize, y: usize| {
        let here = lab[y * across + x];
        let right = lab[y * across + (x + 1).min(across - 1)];
        let below = lab[(y + 1).min(down - 1) * across + x];
        distance(here, right) + distance(here, below) + 0.5 * distance(here, mean)
    };
    let map: Vec<f32> =
        (0..down).flat_map(|y| (0..across).map(move |x| (x, y))).map(|(x, y)| interest(x, y)).collect();
    let most = map.iter().copied().fold(0.0, f32::max);
    if most <= f32::EPSILON {
        return None;
    }
    let samples = map.iter().map(|value| (value / most * 255.0) as u8).collect();
    let spread = soft(&Plane { width, height, samples }, f64::from(width.max(height)) * SPREAD);
    let all: f64 = spread.iter().map(|value| f64::from(*value)).sum();
    let (at, highest) = spread.iter().enumerate().max_by_key(|(_, value)| **value)?;
    if f64::from(*highest) < DISTINCT * all / spread.len() as f64 {
        return None;
    }
    let place = |index: usize, count: usize| (index as f32 + 0.5) / count as f32;
    Some([place(at % across, across), place(at / across, down)])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn picture(pixel: impl Fn(u32, u32) -> [u8; 3]) -> Pixels {
        let samples = (0..60).flat_map(|y| (0..100).flat_map(|x| pixel(x, y)).collect::<Vec<_>>()).collect();
        Pixels { width: 100, height: 60, channels: Channels::Rgb, samples }
    }

    #[test]
    fn the_eye_goes_where_something_is() {
        let flower = |x: u32, y: u32| {
            if (70..90).contains(&x) && (10..30).contains(&y) && !(x + y).is_multiple_of(3) {
                [230, 40, 60]
            } else {
                [60, 120, 60]
            }
        };
        let seen = glance(&picture(flower));
        let [x, y] = seen.focus.unwrap();
        assert!((0.7..0.9).contains(&x) && (0.16..0.5).contains(&y), "{x} {y}");
        assert_eq!(seen.colors.unwrap().0, [60, 120, 60]);
        assert!(!seen.thumbhash.unwrap().is_empty() && seen.blurhash.unwrap().len() > 6);
        assert_eq!(glance(&picture(|_, _| [9, 9, 9])).focus, None);
    }
}
