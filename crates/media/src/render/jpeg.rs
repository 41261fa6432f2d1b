//! JPEGs: scaled in the frequency domain first, as luma and chroma.

use codecs::jpeg::{Decoder, Extent, Inks, Rows};
use codecs::{Channels, Pixels, Plane, Ycc};
use contract::transform::Size;

use super::colour::{self, Profile};
use super::decode::{Chroma, plane};
use super::geometry::Frame;
use super::scale::Scaler;
use super::{Picture, Result, SPARE};

/// Below this share of the picture, decoding a window of it is quicker than decoding planes and dropping most of them.
const WINDOW: f64 = 0.5;
/// Pixels around a window that scaling looks at, before the picture is scaled down.
const MARGIN: f64 = 4.0;

/// Cuts, scales and brings to sRGB.
pub(super) fn decode(
    decoder: Decoder<'_>,
    frame: Frame,
    size: Size,
    chroma: Chroma,
    profile: &Profile,
) -> Result<Picture> {
    let header = decoder.header();
    let ratio = (frame.width / f64::from(size.width)).min(frame.height / f64::from(size.height));
    let eighths = [1, 2, 4, 8].into_iter().find(|n| ratio * f64::from(*n) / 8.0 >= SPARE).unwrap_or(8_u8);
    let share = frame.width * frame.height / (f64::from(header.width) * f64::from(header.height));
    let picture = match header.inks {
        Inks::Gray => {
            let [samples] = planar(decoder, eighths, frame, [size])?;
            Picture::Pixels(pixels(size, Channels::Gray, samples))
        }
        Inks::Ycc => {
            // A profile, or another form of pixels, takes chroma for each pixel.
            let full = chroma != Chroma::Half || profile.is_foreign();
            let half = Size { width: size.width.div_ceil(2), height: size.height.div_ceil(2) };
            let colour = if full { size } else { half };
            let ycc = if share < WINDOW {
                windowed(decoder, eighths, frame, size, colour)?
            } else {
                let [y, cb, cr] = planar(decoder, eighths, frame, [size, colour, colour])?;
                Ycc { y: plane(size, y), cb: plane(colour, cb), cr: plane(colour, cr) }
            };
            match profile.is_foreign() || chroma == Chroma::None {
                true => Picture::Pixels(colour::rgb(&ycc)),
                false => Picture::Ycc(ycc),
            }
        }
        Inks::Rgb => Picture::Pixels(pixels(size, Channels::Rgb, window(decoder, eighths, frame, size)?)),
        Inks::Cmyk(inverted) => {
            let inks = window(decoder, eighths, frame, size)?;
            let samples = colour::of_inks(inks, inverted, profile);
            return Ok(Picture::Pixels(pixels(size, Channels::Rgb, samples)));
        }
    };
    Ok(match picture {
        Picture::Pixels(pixels) => Picture::Pixels(colour::converted(pixels, profile)),
        ycc => ycc,
    })
}

fn pixels(size: Size, channels: Channels, samples: Vec<u8>) -> Pixels {
    Pixels { width: size.width, height: size.height, channels, samples }
}

/// Each plane to its size.
fn planar<const N: usize>(
    decoder: Decoder<'_>,
    eighths: u8,
    frame: Frame,
    sizes: [Size; N],
) -> Result<[Vec<u8>; N]> {
    let luma = sizes[0];
    let mut rows = decoder.planes(eighths)?;
    let mut scalers = Vec::with_capacity(N);
    for (component, size) in rows.components().zip(sizes) {
        let here = frame.scaled(component.scale.0, component.scale.1);
        // A chroma plane of an odd size reaches half a pixel further than luma.
        let over = |chroma: u32, luma: u32| {
            let factor = f64::from(luma) / f64::from(chroma);
            f64::from(chroma) * factor.round() / f64::from(luma)
        };
        let here = Frame {
            width: here.width * over(size.width, luma.width).max(1.0),
            height: here.height * over(size.height, luma.height).max(1.0),
            ..here
        };
        let Extent { width, height, .. } = component.extent;
        scalers.push(Scaler::new(Size { width, height }, 1, here, size, false)?);
    }
    run(&mut rows, &mut scalers)?;
    let mut results = scalers.into_iter().map(Scaler::finish);
    Ok(std::array::from_fn(|_| results.next().unwrap_or_default()))
}

/// Luma and chroma of a small part of the picture.
fn windowed(decoder: Decoder<'_>, eighths: u8, frame: Frame, size: Size, colour: Size) -> Result<Ycc> {
    let samples = window(decoder, eighths, frame, size)?;
    let (pixels, _) = samples.as_chunks::<3>();
    let split = |channel: usize| plane(size, pixels.iter().map(|pixel| pixel[channel]).collect());
    let (cb, cr) = (split(1), split(2));
    let (cb, cr) = if colour == size { (cb, cr) } else { (halved(&cb), halved(&cr)) };
    Ok(Ycc { y: split(0), cb, cr })
}

/// The mean of each two by two samples.
fn halved(plane: &Plane) -> Plane {
    let (width, height) = (plane.width as usize, plane.height as usize);
    let mut samples = Vec::with_capacity(width.div_ceil(2) * height.div_ceil(2));
    for y in (0..height).step_by(2) {
        let above = &plane.samples[y * width..(y + 1) * width];
        let below_at = (y + 1).min(height - 1) * width;
        let below = &plane.samples[below_at..below_at + width];
        for x in (0..width).step_by(2) {
            let next = (x + 1).min(width - 1);
            let sum: u16 = [above[x], above[next], below[x], below[next]].into_iter().map(u16::from).sum();
            samples.push(((sum + 2) / 4) as u8);
        }
    }
    Plane { width: plane.width.div_ceil(2), height: plane.height.div_ceil(2), samples }
}

/// The interleaved samples of what the frame shows, decoding little more than that.
fn window(decoder: Decoder<'_>, eighths: u8, frame: Frame, size: Size) -> Result<Vec<u8>> {
    let scale = f64::from(eighths) / 8.0;
    let scaled = frame.scaled(scale, scale);
    let margin = |shown: f64, wanted: u32| (shown / f64::from(wanted)).max(1.0) * MARGIN;
    let (across, down) = (margin(scaled.width, size.width), margin(scaled.height, size.height));
    let (left, top) = ((scaled.x - across).floor().max(0.0), (scaled.y - down).floor().max(0.0));
    let asked = Extent {
        left: left as u32,
        top: top as u32,
        width: (scaled.x + scaled.width + across - left).ceil() as u32,
        height: (scaled.y + scaled.height + down - top).ceil() as u32,
    };
    let mut rows = decoder.pixels(eighths, asked)?;
    let mut scalers = Vec::with_capacity(1);
    for component in rows.components() {
        let Extent { left, top, width, height } = component.extent;
        let here = Frame { x: scaled.x - f64::from(left), y: scaled.y - f64::from(top), ..scaled };
        scalers.push(Scaler::new(Size { width, height }, component.channels, here, size, false)?);
    }
    run(&mut rows, &mut scalers)?;
    Ok(scalers.pop().map(Scaler::finish).unwrap_or_default())
}

/// Decodes until every scaler has what it needs.
fn run(rows: &mut Rows<'_>, scalers: &mut [Scaler]) -> Result<()> {
    let mut buffers = vec![Vec::new(); scalers.len()];
    while !scalers.iter().all(Scaler::complete) && rows.read(&mut buffers)? {
        for (scaler, buffer) in scalers.iter_mut().zip(&mut buffers) {
            scaler.advance(buffer)?;
        }
    }
    Ok(())
}
