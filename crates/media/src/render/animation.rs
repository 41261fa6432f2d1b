//! Pictures that move: every frame is cut, scaled and adjusted as a still one would be.

use std::io::Cursor;
use std::time::Duration;

use codecs::{Channels, Metadata, Pixels, webp};
use contract::transform::{Extension, Size};
use image::codecs::gif::GifDecoder;
use image::{AnimationDecoder, ImageDecoder};

use super::decode::{codec_limits, scaled};
use super::encode::Quality;
use super::geometry::geometry;
use super::{Error, Limits, Picture, Rendered, Result, Source, Wanted, encode, finish};

/// How carefully the colours of a GIF are chosen: 1 (best) to 30 (quickest).
const CARE: i32 = 10;
/// Memory of a GIF's decoder, for each pixel of the canvas.
const CANVAS: u64 = 16;

/// A frame and how long it is shown.
type Shown = (Pixels, Duration);

/// Whether an image has several frames. Reads headers only.
pub(super) fn moves(source: &Source<'_>) -> bool {
    match source.format.name {
        "gif" => crate::gif::frames(source.bytes, 2) > 1,
        "webp" => webp::info(source.bytes).is_ok_and(|info| info.animated),
        _ => false,
    }
}

/// Makes another form of all frames.
pub(super) fn render(source: &Source<'_>, wanted: &Wanted<'_>, quality: &Quality) -> Result<Rendered> {
    let (size, loops, frames) = open(source, &wanted.limits)?;
    let shown = geometry(&wanted.transformation.steps, size, wanted.focus, false).map_err(Error::Refused)?;
    encode::check(shown.size, wanted.output)?;
    let mut writer = Writer::new(wanted.output, shown.size, loops, quality)?;
    let mut pixels = 0_u64;
    for frame in frames {
        let (mut canvas, duration) = frame?;
        pixels += size.pixels() + shown.size.pixels();
        if pixels > wanted.limits.animation_pixels {
            return Err(Error::Refused(format!(
                "the animation has more frames than are transformed at this size: all of them together may have {} pixels",
                wanted.limits.animation_pixels
            )));
        }
        let frame = scaled(&mut canvas, shown.frame, shown.size)?;
        let enlarged = shown.frame.width < f64::from(shown.size.width);
        match finish(Picture::Pixels(frame), wanted, enlarged)? {
            Picture::Pixels(pixels) => writer.add(pixels, duration)?,
            Picture::Ycc(picture) => writer.add(super::colour::rgb(&picture), duration)?,
        }
    }
    Ok(Rendered { bytes: writer.finish()?, size: shown.size, opaque: false })
}

type Frames<'a> = Box<dyn Iterator<Item = Result<Shown>> + 'a>;

/// The canvas, how often it is played (0: forever), and the frames, each as large as the canvas.
fn open<'a>(source: &Source<'a>, limits: &Limits) -> Result<(Size, u16, Frames<'a>)> {
    if source.format.name == "webp" {
        let animation = webp::Animation::open(source.bytes, &codec_limits(limits))?;
        let size = Size { width: animation.width, height: animation.height };
        let loops = u16::try_from(animation.loops).unwrap_or(0);
        let frames = animation.map(|frame| Ok(frame.map(|frame| (frame.pixels, frame.duration))?));
        return Ok((size, loops, Box::new(frames)));
    }
    let broken = |error: image::ImageError| Error::Broken(error.to_string());
    let mut decoder = GifDecoder::new(Cursor::new(source.bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let size = Size { width, height };
    if size.pixels() > limits.pixels {
        return Err(Error::Broken(format!("{width} x {height} is more than is allowed")));
    }
    let mut decoder_limits = image::Limits::default();
    decoder_limits.max_alloc = Some(size.pixels().saturating_mul(CANVAS));
    decoder.set_limits(decoder_limits).map_err(broken)?;
    let loops = crate::gif::loops(source.bytes);
    let frames = decoder.into_frames().map(move |frame| {
        let frame = frame.map_err(broken)?;
        let duration = Duration::from(frame.delay());
        let samples = frame.into_buffer().into_raw();
        Ok((Pixels { width, height, channels: Channels::Rgba, samples }, duration))
    });
    Ok((size, loops, Box::new(frames)))
}

/// Collects the frames of the result.
enum Writer {
    Gif(Box<gif::Encoder<Vec<u8>>>),
    WebP(webp::AnimationEncoder),
}

impl Writer {
    /// `loops` is how often it is played; 0 is forever.
    fn new(output: Extension, size: Size, loops: u16, quality: &Quality) -> Result<Writer> {
        if output == Extension::WebP {
            let quality = quality.of(size);
            return Ok(Writer::WebP(webp::AnimationEncoder::new((size.width, size.height), loops, quality)?));
        }
        let mut encoder = gif_encoder(size)?;
        match loops {
            0 => encoder.set_repeat(gif::Repeat::Infinite).map_err(failed)?,
            1 => {}
            loops => encoder.set_repeat(gif::Repeat::Finite(loops)).map_err(failed)?,
        }
        Ok(Writer::Gif(Box::new(encoder)))
    }

    fn add(&mut self, pixels: Pixels, duration: Duration) -> Result<()> {
        match self {
            Writer::Gif(encoder) => encoder.write_frame(&gif_frame(pixels, duration)).map_err(failed),
            Writer::WebP(encoder) => Ok(encoder.add(&pixels, duration)?),
        }
    }

    fn finish(self) -> Result<Vec<u8>> {
        match self {
            Writer::Gif(encoder) => encoder.into_inner().map_err(|error| Error::Failed(error.to_string())),
            Writer::WebP(encoder) => Ok(encoder.finish(Metadata::default())?),
        }
    }
}

fn failed(error: gif::EncodingError) -> Error {
    Error::Failed(error.to_string())
}

fn gif_encoder(size: Size) -> Result<gif::Encoder<Vec<u8>>> {
    let side = |pixels: u32| {
        u16::try_from(pixels).map_err(|_| Error::Refused("a GIF's sides end at 65,535".to_owned()))
    };
    gif::Encoder::new(Vec::new(), side(size.width)?, side(size.height)?, &[]).map_err(failed)
}

/// A GIF of one frame.
pub(super) fn still_gif(pixels: Pixels) -> Result<Vec<u8>> {
    let mut encoder = gif_encoder(Size { width: pixels.width, height: pixels.height })?;
    encoder.write_frame(&gif_frame(pixels, Duration::ZERO)).map_err(failed)?;
    encoder.into_inner().map_err(|error| Error::Failed(error.to_string()))
}

/// A frame of at most 256 colours. A pixel of a GIF can be seen through or not; the border is in the middle.
fn gif_frame(pixels: Pixels, duration: Duration) -> gif::Frame<'static> {
    let (width, height) = (pixels.width as u16, pixels.height as u16);
    let mut samples = match pixels.channels {
        Channels::Gray => pixels.samples.iter().flat_map(|sample| [*sample, *sample, *sample, 255]).collect(),
        Channels::Rgb => {
            let (pixels, _) = pixels.samples.as_chunks::<3>();
            pixels.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect()
        }
        Channels::Rgba => pixels.samples,
    };
    samples.chunks_exact_mut(4).for_each(|pixel| pixel[3] = if pixel[3] < 128 { 0 } else { 255 });
    let mut frame = gif::Frame::from_rgba_speed(width, height, &mut samples, CARE);
    frame.delay = u16::try_from(duration.as_millis() / 10).unwrap_or(u16::MAX);
    frame.dispose = gif::DisposalMethod::Background;
    frame
}
