//! Contrast, brightness, saturation and hue: one linear map of luma and chroma.

use codecs::{Channels, Pixels, Ycc};
use contract::transform::Options;

use super::Picture;

/// `luma' = gain * (luma - 128) + 128 + lift`, and chroma around 128 is turned and stretched by a matrix.
struct Map {
    gain: f32,
    lift: f32,
    /// Of blue and red chroma: `[[a, b], [c, d]]`.
    chroma: [[f32; 2]; 2],
}

impl Map {
    /// None where nothing is to be changed.
    fn of(options: &Options) -> Option<Map> {
        let Options { contrast, brightness, saturation, hue, .. } = *options;
        if (contrast, brightness, saturation, hue) == (0, 0, 0, 0) {
            return None;
        }
        let contrast = f32::from(contrast) / 100.0;
        let gain = if contrast < 0.0 { 1.0 + contrast } else { 1.0 + 2.0 * contrast };
        let stretch = gain * (1.0 + f32::from(saturation) / 100.0);
        let (sin, cos) = f32::from(hue).to_radians().sin_cos();
        Some(Map {
            gain,
            lift: f32::from(brightness) * 1.28,
            chroma: [[stretch * cos, -stretch * sin], [stretch * sin, stretch * cos]],
        })
    }

    fn luma(&self, luma: f32) -> f32 {
        self.gain * (luma - 128.0) + 128.0 + self.lift
    }

    fn chroma(&self, cb: f32, cr: f32) -> (f32, f32) {
        let [[a, b], [c, d]] = self.chroma;
        (a * cb + b * cr, c * cb + d * cr)
    }
}

/// Applies the four adjustments.
pub(super) fn adjusted(picture: Picture, options: &Options) -> Picture {
    match (Map::of(options), picture) {
        (None, picture) => picture,
        (Some(map), Picture::Ycc(picture)) => Picture::Ycc(of_planes(picture, &map)),
        (Some(map), Picture::Pixels(pixels)) => Picture::Pixels(of_pixels(pixels, &map)),
    }
}

fn clamped(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

fn of_planes(mut picture: Ycc, map: &Map) -> Ycc {
    lighten(&mut picture.y.samples, map);
    for (cb, cr) in picture.cb.samples.iter_mut().zip(&mut picture.cr.samples) {
        let (blue, red) = map.chroma(f32::from(*cb) - 128.0, f32::from(*cr) - 128.0);
        (*cb, *cr) = (clamped(blue + 128.0), clamped(red + 128.0));
    }
    picture
}

fn lighten(samples: &mut [u8], map: &Map) {
    let table: [u8; 256] = std::array::from_fn(|luma| clamped(map.luma(luma as f32)));
    samples.iter_mut().for_each(|sample| *sample = table[usize::from(*sample)]);
}

fn of_pixels(mut pixels: Pixels, map: &Map) -> Pixels {
    match pixels.channels {
        Channels::Gray => lighten(&mut pixels.samples, map),
        channels => {
            for pixel in pixels.samples.chunks_exact_mut(channels.count()) {
                let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
                let luma = 0.299 * r + 0.587 * g + 0.114 * b;
                let (cb, cr) = map.chroma((b - luma) / 1.772, (r - luma) / 1.402);
                let luma = map.luma(luma);
                pixel[0] = clamped(luma + 1.402 * cr);
                pixel[1] = clamped(luma - 0.344_136 * cb - 0.714_136 * cr);
                pixel[2] = clamped(luma + 1.772 * cb);
            }
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(rgb: [u8; 3], options: Options) -> [u8; 3] {
        let pixels = Pixels { width: 1, height: 1, channels: Channels::Rgb, samples: rgb.to_vec() };
        let Picture::Pixels(pixels) = adjusted(Picture::Pixels(pixels), &options) else { panic!() };
        [pixels.samples[0], pixels.samples[1], pixels.samples[2]]
    }

    #[test]
    fn each_adjustment_goes_both_ways_and_zero_does_nothing() {
        let none = Options::default();
        assert_eq!(changed([200, 100, 50], none.clone()), [200, 100, 50]);
        let contrast = |contrast| changed([200, 100, 50], Options { contrast, ..none.clone() });
        assert_eq!(contrast(-100), [128, 128, 128]);
        assert_eq!(contrast(50), [255, 72, 0]);
        assert_eq!(contrast(-50), [164, 114, 89]);
        let brightness = |brightness| changed([100, 100, 100], Options { brightness, ..none.clone() });
        assert_eq!((brightness(50), brightness(-50)), ([164; 3], [36; 3]));
        assert_eq!((brightness(100), brightness(-100)), ([228; 3], [0; 3]));
        let saturation = |saturation| changed([150, 100, 50], Options { saturation, ..none.clone() });
        assert_eq!(saturation(-100), [109; 3]);
        let [r, g, b] = saturation(100);
        assert!(r > 185 && g < 95 && b == 0, "{r} {g} {b}");
        // Red turns to yellow, then green, one way, and to magenta the other.
        let hue = |hue| changed([180, 60, 60], Options { hue, ..none.clone() });
        let ([r, g, b], [r2, g2, b2]) = (hue(60), hue(-60));
        assert!(g > b + 30 && r > b && b2 > g2 + 30 && r2 > g2, "{r} {g} {b}, {r2} {g2} {b2}");
        assert_eq!(hue(180), hue(-180));
    }

    #[test]
    fn planes_and_pixels_change_alike() {
        let options =
            Options { contrast: 20, brightness: -10, saturation: 30, hue: 40, ..Options::default() };
        let one = |value: u8| codecs::Plane { width: 1, height: 1, samples: vec![value] };
        let ycc = Ycc { y: one(120), cb: one(110), cr: one(150) };
        let pixels = super::super::colour::rgb(&ycc);
        let Picture::Ycc(ycc) = adjusted(Picture::Ycc(ycc), &options) else { panic!() };
        let Picture::Pixels(pixels) = adjusted(Picture::Pixels(pixels), &options) else { panic!() };
        let back = super::super::colour::rgb(&ycc);
        assert!(back.samples.iter().zip(&pixels.samples).all(|(a, b)| a.abs_diff(*b) <= 2));
    }
}
