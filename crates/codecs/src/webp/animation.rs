//! Animations, both ways.

use std::marker::PhantomData;
use std::ptr::NonNull;
use std::time::Duration;

use libwebp_sys as sys;

use super::decode::{code_tables, info};
use super::encode::{Picture, config, wrong_version};
use super::riff;
use crate::{Channels, Error, Limits, Metadata, Pixels, room};

/// Bytes per pixel while an animation is decoded: the canvas, the canvas before it, the frame that is put onto it, and
/// the copy that is handed out, RGBA each.
const BYTES_PER_PIXEL: u64 = 16;

/// One picture of an animation, on the whole canvas.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The canvas while this frame is shown, RGBA.
    pub pixels: Pixels,
    /// How long it is shown, in whole milliseconds.
    pub duration: Duration,
}

/// An animation that is being decoded: an iterator over its frames. After an error there are no more.
pub struct Animation<'a> {
    /// Pixels per row of the canvas.
    pub width: u32,
    /// Rows of the canvas.
    pub height: u32,
    /// How many frames there are.
    pub frames: u32,
    /// How often it is played. Zero is forever.
    pub loops: u32,
    /// The ICC profile that its colours are meant in.
    pub icc: Option<Vec<u8>>,
    decoder: NonNull<sys::WebPAnimDecoder>,
    /// When the last frame ends, by the decoder's clock.
    clock: i32,
    failed: bool,
    /// The decoder reads from the file until it is dropped.
    file: PhantomData<&'a [u8]>,
}

impl<'a> Animation<'a> {
    /// Reads the headers of all frames. A still picture is an animation of one frame.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let info = info(bytes)?;
        limits.check(info.width, info.height, BYTES_PER_PIXEL, code_tables(&info, bytes.len()))?;
        let damaged = || Error::Damaged("its frames are cut short, or don't fit onto the canvas".to_owned());
        let version = sys::WEBP_DEMUX_ABI_VERSION as i32;
        let data = sys::WebPData { bytes: bytes.as_ptr(), size: bytes.len() };
        // SAFETY: the options are plain numbers that the library sets; the decoder keeps the pointer to `bytes`, which
        // `Self` borrows.
        let decoder = unsafe {
            let mut options: sys::WebPAnimDecoderOptions = std::mem::zeroed();
            if sys::WebPAnimDecoderOptionsInitInternal(&mut options, version) == 0 {
                return Err(wrong_version());
            }
            NonNull::new(sys::WebPAnimDecoderNewInternal(&data, &options, version)).ok_or_else(damaged)?
        };
        let icc = riff::chunk(bytes, b"ICCP").map(<[u8]>::to_vec);
        let (width, height) = (info.width, info.height);
        let mut animation = Self {
            width,
            height,
            frames: 0,
            loops: 0,
            icc,
            decoder,
            clock: 0,
            failed: false,
            file: PhantomData,
        };
        // SAFETY: plain numbers, set by the library.
        let canvas = unsafe {
            let mut canvas: sys::WebPAnimInfo = std::mem::zeroed();
            sys::WebPAnimDecoderGetInfo(decoder.as_ptr(), &mut canvas);
            canvas
        };
        if (canvas.canvas_width, canvas.canvas_height) != (width, height) {
            return Err(damaged());
        }
        (animation.frames, animation.loops) = (canvas.frame_count, canvas.loop_count);
        Ok(animation)
    }

    fn decode(&mut self) -> Result<Frame, Error> {
        let (width, height, channels) = (self.width, self.height, Channels::Rgba);
        let size = width as usize * height as usize * channels.count();
        let mut samples = room(size)?;
        let (mut canvas, mut clock) = (std::ptr::null_mut(), 0);
        // SAFETY: on success `canvas` is the decoder's own buffer of width × height × 4 bytes, valid until the next call.
        unsafe {
            if sys::WebPAnimDecoderGetNext(self.decoder.as_ptr(), &mut canvas, &mut clock) == 0 {
                return Err(Error::Damaged("a frame is no WebP".to_owned()));
            }
            samples.extend_from_slice(std::slice::from_raw_parts(canvas, size));
        }
        // A file of many long frames may wind the clock past its end.
        let duration = Duration::from_millis(clock.wrapping_sub(self.clock).max(0) as u64);
        self.clock = clock;
        Ok(Frame { pixels: Pixels { width, height, channels, samples }, duration })
    }
}

impl Iterator for Animation<'_> {
    type Item = Result<Frame, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: only reads the decoder.
        if self.failed || unsafe { sys::WebPAnimDecoderHasMoreFrames(self.decoder.as_ptr()) } == 0 {
            return None;
        }
        let frame = self.decode();
        self.failed = frame.is_err();
        Some(frame)
    }
}

impl Drop for Animation<'_> {
    fn drop(&mut self) {
        // SAFETY: it was made by `open` and is dropped once.
        unsafe { sys::WebPAnimDecoderDelete(self.decoder.as_ptr()) }
    }
}

/// An animation that is being encoded with loss, frame by frame. What didn't change from one to the next isn't stored.
pub struct AnimationEncoder {
    size: (u32, u32),
    config: sys::WebPConfig,
    encoder: NonNull<sys::WebPAnimEncoder>,
    /// When the next frame begins, in milliseconds.
    clock: i32,
}

impl AnimationEncoder {
    /// Begins an animation that is played `loops` times, or forever for zero. `quality` is as in [`super::encode`].
    pub fn new((width, height): (u32, u32), loops: u16, quality: u8) -> Result<Self, Error> {
        if width.max(height) > super::LONGEST_SIDE {
            return Err(Error::TooLarge { width, height });
        }
        let version = sys::WEBP_MUX_ABI_VERSION as i32;
        let config = config(quality)?;
        // SAFETY: the options are plain numbers that the library sets.
        let encoder = unsafe {
            let mut options: sys::WebPAnimEncoderOptions = std::mem::zeroed();
            if sys::WebPAnimEncoderOptionsInitInternal(&mut options, version) == 0 {
                return Err(wrong_version());
            }
            options.anim_params.loop_count = i32::from(loops);
            sys::WebPAnimEncoderNewInternal(width as i32, height as i32, &options, version)
        };
        let encoder = NonNull::new(encoder)
            .ok_or_else(|| Error::Failed(format!("libwebp makes no animation of {width}×{height}")))?;
        Ok(Self { size: (width, height), config, encoder, clock: 0 })
    }

    /// Adds a frame, which is as large as the animation, RGB or RGBA, and shown for so many whole milliseconds.
    pub fn add(&mut self, pixels: &Pixels, duration: Duration) -> Result<(), Error> {
        pixels.check()?;
        if (pixels.width, pixels.height) != self.size {
            return Err(Error::Failed("a frame of another size than its animation".to_owned()));
        }
        let end = i32::try_from(duration.as_millis()).ok().and_then(|length| self.clock.checked_add(length));
        let end = end.ok_or_else(|| Error::Failed("an animation of more than 24 days".to_owned()))?;
        let mut picture = Picture::new(pixels.width, pixels.height)?;
        match pixels.channels {
            Channels::Gray => {
                return Err(Error::Unsupported("an animation in grey".to_owned()));
            }
            Channels::Rgb => picture.set_argb(&pixels.samples)?,
            Channels::Rgba => picture.set_rgba(&pixels.samples, true)?,
        }
        // SAFETY: the encoder copies what it needs of the picture.
        let added = unsafe {
            sys::WebPAnimEncoderAdd(self.encoder.as_ptr(), &mut picture.0, self.clock, &self.config)
        };
        self.clock = end;
        if added == 0 { Err(Error::Failed("libwebp could not encode the frame".to_owned())) } else { Ok(()) }
    }

    /// The file. Fails without any frame.
    pub fn finish(self, metadata: Metadata<'_>) -> Result<Vec<u8>, Error> {
        let mut data = sys::WebPData { bytes: std::ptr::null(), size: 0 };
        let encoder = self.encoder.as_ptr();
        // SAFETY: no picture ends the animation, and without one there is no configuration; `data` gets a buffer of
        // libwebp's that is copied and freed.
        let file = unsafe {
            let done = sys::WebPAnimEncoderAdd(encoder, std::ptr::null_mut(), self.clock, std::ptr::null())
                != 0
                && sys::WebPAnimEncoderAssemble(encoder, &mut data) != 0;
            let file = match done && !data.bytes.is_null() {
                true => Ok(std::slice::from_raw_parts(data.bytes, data.size).to_vec()),
                false => Err(Error::Failed("libwebp could not assemble the animation".to_owned())),
            };
            sys::WebPFree(data.bytes.cast_mut().cast());
            file
        };
        riff::with_metadata(file?, self.size, metadata)
    }
}

impl Drop for AnimationEncoder {
    fn drop(&mut self) {
        // SAFETY: it was made by `new` and is dropped once.
        unsafe { sys::WebPAnimEncoderDelete(self.encoder.as_ptr()) }
    }
}
