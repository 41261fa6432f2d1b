//! Pictures on surfaces: decoded, made smaller, and looked up.

use codecs::jpeg::{Decoder, Extent, Inks};
use codecs::webp;

use crate::scene::{Cover, Wrap, linear};

/// Longest side that is kept. A picture of a few hundred pixels shows no more.
const LONGEST: usize = 1024;

/// A picture and smaller copies of it, each half as large: samples as stored, interleaved.
pub(super) struct Image {
    levels: Vec<Level>,
}

struct Level {
    width: usize,
    height: usize,
    samples: Vec<[u8; 4]>,
}

impl Image {
    /// Decodes a PNG, a JPEG or a WebP of at most as many pixels as are left, and takes them off. Nothing where it is
    /// damaged.
    pub(super) fn decode(bytes: &[u8], left: &mut u64) -> Option<Self> {
        let mut level = match bytes {
            [0x89, b'P', ..] => of_png(bytes, left)?,
            [0xff, 0xd8, ..] => of_jpeg(bytes, left)?,
            [b'R', b'I', b'F', b'F', ..] => of_webp(bytes, left)?,
            _ => return None,
        };
        while level.width.max(level.height) > LONGEST {
            level = level.halved();
        }
        let mut levels = vec![level];
        while let Some(last) = levels.last().filter(|level| level.width.max(level.height) > 1) {
            levels.push(last.halved());
        }
        Some(Self { levels })
    }

    /// The level on which a pixel of the picture covers about a pixel of the drawing, for a triangle whose places take
    /// `area` of the whole picture and which takes so many samples.
    pub(super) fn level(&self, area: f32, samples: f32) -> usize {
        let Level { width, height, .. } = self.levels[0];
        let ratio = area * (width * height) as f32 / samples.max(1e-6);
        let level = 0.5 * ratio.max(1.0).log2();
        (level as usize).min(self.levels.len() - 1)
    }

    /// The samples at a place, smoothed between pixels, from 0 to 1.
    pub(super) fn at(&self, [u, v]: [f32; 2], level: usize, cover: &Cover) -> [f32; 4] {
        let level = &self.levels[level];
        let (x, y) =
            (wrapped(u, cover.wrap[0]) * level.width as f32, wrapped(v, cover.wrap[1]) * level.height as f32);
        if cover.nearest {
            return level.pixel(x as isize, y as isize, cover.wrap).map(|sample| f32::from(sample) / 255.0);
        }
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (across, down) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        let corner = |dx: isize, dy: isize| level.pixel(left + dx, top + dy, cover.wrap);
        let corners = [corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1)];
        let weights =
            [(1.0 - across) * (1.0 - down), across * (1.0 - down), (1.0 - across) * down, across * down];
        std::array::from_fn(|channel| {
            let sum: f32 =
                corners.iter().zip(weights).map(|(corner, by)| f32::from(corner[channel]) * by).sum();
            sum / 255.0
        })
    }
}

impl Level {
    fn pixel(&self, x: isize, y: isize, wrap: [Wrap; 2]) -> [u8; 4] {
        let within = |at: isize, length: usize, wrap: Wrap| match wrap {
            Wrap::Repeat => at.rem_euclid(length as isize) as usize,
            Wrap::Clamp | Wrap::Mirror => at.clamp(0, length as isize - 1) as usize,
        };
        self.samples[within(y, self.height, wrap[1]) * self.width + within(x, self.width, wrap[0])]
    }

    /// The mean of each two by two pixels, with colours counting as much as they cover.
    fn halved(&self) -> Self {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut samples = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (right, below) = ((2 * x + 1).min(self.width - 1), (2 * y + 1).min(self.height - 1));
                let four = [(2 * x, 2 * y), (right, 2 * y), (2 * x, below), (right, below)];
                let four = four.map(|(x, y)| self.samples[y * self.width + x]);
                let alpha: u32 = four.iter().map(|pixel| u32::from(pixel[3])).sum();
                let mean = |channel: usize| match (alpha, channel) {
                    (_, 3) => ((alpha + 2) / 4) as u8,
                    (0, _) => {
                        ((four.iter().map(|pixel| u32::from(pixel[channel])).sum::<u32>() + 2) / 4) as u8
                    }
                    _ => {
                        let sum: u32 =
                            four.iter().map(|pixel| u32::from(pixel[channel]) * u32::from(pixel[3])).sum();
                        ((sum + alpha / 2) / alpha) as u8
                    }
                };
                samples.push(std::array::from_fn(mean));
            }
        }
        Self { width, height, samples }
    }
}

/// A place within the picture, from 0 to 1.
fn wrapped(at: f32, wrap: Wrap) -> f32 {
    if !at.is_finite() {
        return 0.0;
    }
    match wrap {
        Wrap::Repeat => at - at.floor(),
        Wrap::Clamp => at.clamp(0.0, 1.0),
        Wrap::Mirror => {
            let at = (at / 2.0 - (at / 2.0).floor()) * 2.0;
            if at > 1.0 { 2.0 - at } else { at }
        }
    }
}

/// A table of all samples in linear light.
pub(super) fn linear_table() -> [f32; 256] {
    std::array::from_fn(|sample| linear(sample as f32 / 255.0))
}

/// Takes the pixels of a picture off those that are left.
fn allowed(width: u32, height: u32, left: &mut u64) -> Option<(usize, usize)> {
    let pixels = u64::from(width) * u64::from(height);
    *left = left.checked_sub(pixels)?;
    (pixels > 0).then_some((width as usize, height as usize))
}

fn of_png(bytes: &[u8], left: &mut u64) -> Option<Level> {
    let mut decoder =
        png::Decoder::new_with_limits(std::io::Cursor::new(bytes), png::Limits { bytes: 256 << 20 });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = allowed(reader.info().width, reader.info().height, left)?;
    let mut buffer = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut buffer).ok()?;
    buffer.truncate(info.buffer_size());
    let channels = info.color_type.samples();
    let samples = buffer.chunks_exact(channels).map(|pixel| match *pixel {
        [gray] => [gray, gray, gray, 255],
        [gray, alpha] => [gray, gray, gray, alpha],
        [r, g, b] => [r, g, b, 255],
        [r, g, b, alpha, ..] => [r, g, b, alpha],
        [] => [0; 4],
    });
    let samples: Vec<[u8; 4]> = samples.collect();
    (samples.len() == width * height).then_some(Level { width, height, samples })
}

fn of_jpeg(bytes: &[u8], left: &mut u64) -> Option<Level> {
    let decoder = Decoder::open(bytes).ok()?;
    let inks = decoder.header().inks;
    let (width, height) = (decoder.header().width, decoder.header().height);
    allowed(width, height, left)?;
    // As small as the library makes it without looking at all of its pixels.
    let longest = width.max(height) as usize;
    let eighths = [1_u8, 2, 4, 8]
        .into_iter()
        .find(|eighths| longest * usize::from(*eighths) / 8 >= LONGEST)
        .unwrap_or(8);
    let whole = Extent { left: 0, top: 0, width, height };
    let mut rows = decoder.pixels(eighths, whole).ok()?;
    let (width, height) = (rows.whole().0 as usize, rows.whole().1 as usize);
    let mut buffer = [Vec::new()];
    // What is cut off stays as far as it came.
    while matches!(rows.read(&mut buffer), Ok(true)) {}
    let samples = buffer[0].chunks_exact(match inks {
        Inks::Gray => 1,
        Inks::Ycc | Inks::Rgb => 3,
        Inks::Cmyk(_) => 4,
    });
    let mut samples: Vec<[u8; 4]> = samples.map(|pixel| colour(pixel, inks)).collect();
    samples.resize(width * height, [128, 128, 128, 255]);
    Some(Level { width, height, samples })
}

fn colour(pixel: &[u8], inks: Inks) -> [u8; 4] {
    match (inks, pixel) {
        (Inks::Ycc, [y, cb, cr]) => {
            let (y, cb, cr) = (f32::from(*y), f32::from(*cb) - 128.0, f32::from(*cr) - 128.0);
            let rgb = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
            let [r, g, b] = rgb.map(|sample| (sample + 0.5) as u8);
            [r, g, b, 255]
        }
        (Inks::Cmyk(inverted), [c, m, y, k]) => {
            let light = |ink: u8| u32::from(if inverted { ink } else { 255 - ink });
            let [r, g, b] = [*c, *m, *y].map(|ink| (light(ink) * light(*k) / 255) as u8);
            [r, g, b, 255]
        }
        (_, [r, g, b]) => [*r, *g, *b, 255],
        (_, [gray, ..]) => [*gray, *gray, *gray, 255],
        (_, []) => [0, 0, 0, 255],
    }
}

fn of_webp(bytes: &[u8], left: &mut u64) -> Option<Level> {
    let info = webp::info(bytes).ok()?;
    let (width, height) = allowed(info.width, info.height, left)?;
    let shrink = (width.max(height) as f64 / LONGEST as f64).max(1.0);
    let size = |side: usize| ((side as f64 / shrink) as u32).max(1);
    let options = webp::DecodeOptions { scale: Some((size(width), size(height))), ..Default::default() };
    let most = codecs::Limits { pixels: (width * height) as u64, memory: 512 << 20 };
    let pixels = webp::decode(bytes, &options, &most).ok()?.pixels;
    let samples = pixels.samples.chunks_exact(pixels.channels.count()).map(|pixel| match *pixel {
        [r, g, b, alpha] => [r, g, b, alpha],
        [r, g, b] => [r, g, b, 255],
        _ => [pixel[0], pixel[0], pixel[0], 255],
    });
    Some(Level { width: pixels.width as usize, height: pixels.height as usize, samples: samples.collect() })
}
