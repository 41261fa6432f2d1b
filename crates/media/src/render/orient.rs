//! Turning and mirroring by the EXIF orientation (1 to 8): after scaling, where there is less to turn.

use codecs::{Pixels, Plane, Ycc};
use contract::transform::Size;

use super::Picture;
use super::geometry::Frame;

/// Whether width and height change places.
pub(super) fn turned(orientation: u8) -> bool {
    matches!(orientation, 5..=8)
}

/// A size the other way around, if the orientation says so.
pub(super) fn swapped(size: Size, orientation: u8) -> Size {
    if turned(orientation) { Size { width: size.height, height: size.width } } else { size }
}

/// Where a frame of the displayed picture lies in the stored one, whose size is `stored`.
pub(super) fn as_stored(frame: Frame, stored: Size, orientation: u8) -> Frame {
    let (width, height) = (f64::from(stored.width), f64::from(stored.height));
    let Frame { x, y, width: w, height: h } = frame;
    let (x, y, w, h) = match orientation {
        2 => (width - x - w, y, w, h),
        3 => (width - x - w, height - y - h, w, h),
        4 => (x, height - y - h, w, h),
        5 => (y, x, h, w),
        6 => (y, height - x - w, h, w),
        7 => (width - y - h, height - x - w, h, w),
        8 => (width - y - h, x, h, w),
        _ => (x, y, w, h),
    };
    Frame { x, y, width: w, height: h }
}

/// Turns a stored picture into the displayed one.
pub(super) fn upright(picture: Picture, orientation: u8) -> Picture {
    if !matches!(orientation, 2..=8) {
        return picture;
    }
    match picture {
        Picture::Ycc(Ycc { y, cb, cr }) => {
            let [y, cb, cr] = [y, cb, cr].map(|plane| upright_plane(&plane, orientation));
            Picture::Ycc(Ycc { y, cb, cr })
        }
        Picture::Pixels(pixels) => Picture::Pixels(upright_pixels(&pixels, orientation)),
    }
}

fn upright_plane(plane: &Plane, orientation: u8) -> Plane {
    let stored = Size { width: plane.width, height: plane.height };
    let Size { width, height } = swapped(stored, orientation);
    Plane { width, height, samples: moved::<1>(&plane.samples, stored, orientation) }
}

fn upright_pixels(pixels: &Pixels, orientation: u8) -> Pixels {
    let stored = Size { width: pixels.width, height: pixels.height };
    let Size { width, height } = swapped(stored, orientation);
    let samples = match pixels.channels.count() {
        1 => moved::<1>(&pixels.samples, stored, orientation),
        3 => moved::<3>(&pixels.samples, stored, orientation),
        _ => moved::<4>(&pixels.samples, stored, orientation),
    };
    Pixels { width, height, channels: pixels.channels, samples }
}

/// Reads the stored samples in the order in which they are displayed.
fn moved<const N: usize>(samples: &[u8], stored: Size, orientation: u8) -> Vec<u8> {
    let (width, height) = (stored.width as usize, stored.height as usize);
    let (pixels, _) = samples.as_chunks::<N>();
    let shown = swapped(stored, orientation);
    let mut moved = Vec::with_capacity(samples.len());
    for y in 0..shown.height as usize {
        for x in 0..shown.width as usize {
            let (column, row) = match orientation {
                2 => (width - 1 - x, y),
                3 => (width - 1 - x, height - 1 - y),
                4 => (x, height - 1 - y),
                5 => (y, x),
                6 => (y, height - 1 - x),
                7 => (width - 1 - y, height - 1 - x),
                8 => (width - 1 - y, x),
                _ => (x, y),
            };
            moved.extend_from_slice(&pixels[row * width + column]);
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_and_pixels_are_turned_alike() {
        // 3 x 2 pixels, each with its own value; the displayed picture is cut at its upper left pixel.
        let stored = Size { width: 3, height: 2 };
        let samples = [0, 1, 2, 3, 4, 5];
        for orientation in 1..=8 {
            let shown = moved::<1>(&samples, stored, orientation);
            let corner = as_stored(Frame { x: 0.0, y: 0.0, width: 1.0, height: 1.0 }, stored, orientation);
            let at = corner.y as usize * 3 + corner.x as usize;
            assert_eq!(shown[0], samples[at], "{orientation}");
        }
        // Orientation 6: turned clockwise to be displayed.
        assert_eq!(moved::<1>(&samples, stored, 6), [3, 0, 4, 1, 5, 2]);
        assert_eq!(moved::<1>(&samples, stored, 8), [2, 5, 1, 4, 0, 3]);
        assert_eq!(moved::<1>(&samples, stored, 5), [0, 3, 1, 4, 2, 5]);
        assert_eq!(moved::<1>(&samples, stored, 7), [5, 2, 4, 1, 3, 0]);
    }
}
