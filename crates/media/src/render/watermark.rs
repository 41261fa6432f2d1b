//! `wm_`: another image, laid over the result at its lower right.

use codecs::{Channels, Pixels};
use contract::transform::Size;

use super::colour::Gamut;
use super::decode::{Chroma, Opened};
use super::geometry::Frame;
use super::orient::{swapped, upright};
use super::{Limits, Picture, Result, Source, colour};

/// Most of the result's width and height that a watermark takes.
const SHARE: f64 = 0.25;
/// Its distance from the edges, as a share of the result's shorter side.
const MARGIN: f64 = 0.02;

/// Lays `mark` over a picture.
pub(super) fn laid_over(picture: Picture, mark: &Source<'_>, limits: &Limits) -> Result<Picture> {
    let mut under = match picture {
        Picture::Ycc(picture) => colour::rgb(&picture),
        Picture::Pixels(pixels) => coloured(pixels),
    };
    let opened = Opened::new(mark, limits)?;
    let stored = opened.size();
    let shown = swapped(stored, mark.orientation);
    let share = |side: u32, mark: u32| f64::from(side) * SHARE / f64::from(mark);
    let scale = share(under.width, shown.width).min(share(under.height, shown.height)).min(1.0);
    let side = |pixels: u32| (f64::from(pixels) * scale).round().max(1.0) as u32;
    let size = Size { width: side(shown.width), height: side(shown.height) };
    let (decoded, _) =
        opened.decode(Frame::whole(stored), swapped(size, mark.orientation), Chroma::None, Gamut::Srgb)?;
    let over = match upright(decoded, mark.orientation) {
        Picture::Ycc(picture) => colour::rgb(&picture),
        Picture::Pixels(pixels) => coloured(pixels),
    };
    let margin = (f64::from(under.width.min(under.height)) * MARGIN).round() as u32;
    let place = |side: u32, mark: u32| side.saturating_sub(mark).saturating_sub(margin);
    let (left, top) = (place(under.width, over.width), place(under.height, over.height));
    lay(&mut under, &over, left, top);
    Ok(Picture::Pixels(under))
}

fn coloured(pixels: Pixels) -> Pixels {
    match pixels.channels {
        Channels::Gray => {
            let samples = pixels.samples.iter().flat_map(|sample| [*sample; 3]).collect();
            Pixels { channels: Channels::Rgb, samples, ..pixels }
        }
        _ => pixels,
    }
}

/// Porter and Duff's `over`, with opacity that isn't multiplied in.
fn lay(under: &mut Pixels, over: &Pixels, left: u32, top: u32) {
    let (below, above) = (under.channels.count(), over.channels.count());
    let width = under.width as usize;
    let columns = over.width.min(under.width - left) as usize;
    for (y, row) in over.samples.chunks_exact(over.width as usize * above).enumerate() {
        let at = ((top as usize + y) * width + left as usize) * below;
        let Some(into) = under.samples.get_mut(at..at + columns * below) else { break };
        for (pixel, into) in row.chunks_exact(above).zip(into.chunks_exact_mut(below)) {
            let alpha = pixel.get(3).map_or(255, |alpha| u32::from(*alpha));
            let behind = into.get(3).map_or(255, |alpha| u32::from(*alpha)) * (255 - alpha) / 255;
            let all = (alpha + behind).max(1);
            for (sample, over) in into.iter_mut().zip(pixel).take(3) {
                *sample = ((u32::from(*over) * alpha + u32::from(*sample) * behind + all / 2) / all) as u8;
            }
            if let Some(into) = into.get_mut(3) {
                *into = (alpha + behind) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_half_seen_through_is_mixed() {
        let white = |channels: Channels| Pixels {
            width: 2,
            height: 1,
            channels,
            samples: vec![255; 2 * channels.count()],
        };
        let mark = Pixels { width: 1, height: 1, channels: Channels::Rgba, samples: vec![0, 0, 255, 128] };
        let mut under = white(Channels::Rgb);
        lay(&mut under, &mark, 1, 0);
        assert_eq!(under.samples, [255, 255, 255, 127, 127, 255]);
        let mut under = Pixels { samples: vec![9, 9, 9, 0, 9, 9, 9, 0], ..white(Channels::Rgba) };
        lay(&mut under, &mark, 0, 0);
        assert_eq!(under.samples, [0, 0, 255, 128, 9, 9, 9, 0]);
    }
}
