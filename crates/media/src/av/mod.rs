//! Video and sound: what they are, and what is made of them. FFmpeg does the decoding and encoding, as a program beside us.

mod codec;
mod encode;
mod input;
mod ladder;
mod language;
mod probe;
pub mod sound;
pub mod stills;

use std::path::PathBuf;

pub use codec::PRESETS;
pub use encode::{
    Encoding, FIRST_SOUND, Progress, Source, Written, key_frames, limits, sound_keys, text_name,
};
pub use ladder::{Plan, QUALITIES, Rung};
pub use language::{bcp47, language_name};
pub use probe::{ProbeError, probe};

pub(crate) use codec::encodes;

pub(crate) use crate::child::arguments;
use facts::Codec;

/// The programs of FFmpeg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Film {
    /// Encodes.
    pub ffmpeg: PathBuf,
    /// Tells what is in a file.
    pub ffprobe: PathBuf,
    /// What videos are made in beside H.264, if anything.
    pub second: Option<Codec>,
}
