//! Codecs of pictures: what their encoders are told, and what that costs.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::{Rung, arguments};
use crate::child::{Limits, Stop, run};
use facts::Codec;

/// How much time an encoder takes for how few bytes, from little to much: the names of x264.
pub const PRESETS: [&str; 9] =
    ["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"];

/// What asking for an encoder may take.
const QUESTION: Limits = Limits {
    memory: 4 << 30,
    cpu: Duration::from_secs(10),
    wall: Duration::from_secs(10),
    output: 0,
    nice: 0,
};

/// Whether FFmpeg has the encoder of a codec.
pub(crate) fn encodes(ffmpeg: &Path, codec: Codec) -> bool {
    let list = arguments(["-v", "error", "-h", &format!("encoder={}", library(codec))]);
    let mut has = false;
    // It ends well either way.
    let asked = run(ffmpeg, &list, &QUESTION, &Stop::default(), |line| has |= line.starts_with("Encoder "));
    asked.is_ok() && has
}

/// The encoder of FFmpeg for a codec.
fn library(codec: Codec) -> &'static str {
    match codec {
        Codec::H264 => "libx264",
        Codec::Vp9 => "libvpx-vp9",
        Codec::Av1 => "libsvtav1",
    }
}

/// Times the work of H.264 that a picture is, with the same preset; measured.
pub(super) fn effort(codec: Codec) -> f64 {
    match codec {
        Codec::H264 => 1.0,
        Codec::Vp9 => 3.0,
        Codec::Av1 => 2.0,
    }
}

/// Share of the highest bit rate of H.264 that is enough.
pub(super) fn thrift(codec: Codec) -> f64 {
    match codec {
        Codec::H264 => 1.0,
        Codec::Vp9 => 0.7,
        Codec::Av1 => 0.5,
    }
}

/// What makes FFmpeg encode a rung: with the constant quality that looks the same in all codecs, below its highest bit rate.
/// Key frames come where they are asked for, and nowhere else.
pub(super) fn encoder(rung: &Rung, preset: &str) -> Vec<OsString> {
    let place = PRESETS.iter().position(|name| *name == preset).unwrap_or_default();
    let (rate, buffer) = (rung.max_rate.to_string(), (rung.max_rate * 2).to_string());
    // Their speeds are numbers, the fastest the highest.
    let (vp9, av1) = ((5 - place / 2).to_string(), (10 - place).to_string());
    let options: &[(&str, &str)] = match rung.codec {
        Codec::H264 => &[
            ("-profile:v", "high"),
            ("-preset", preset),
            ("-crf", "23"),
            ("-maxrate", &rate),
            ("-bufsize", &buffer),
            ("-x264-params", "keyint=infinite:min-keyint=1:scenecut=0:open-gop=0"),
        ],
        Codec::Vp9 => &[
            ("-deadline", "good"),
            ("-cpu-used", &vp9),
            ("-row-mt", "1"),
            ("-tile-columns", "2"),
            ("-crf", "37"),
            // With a constant quality, this is the highest one.
            ("-b:v", &rate),
            ("-g", "9999"),
        ],
        Codec::Av1 => &[
            ("-preset", &av1),
            ("-crf", "35"),
            ("-maxrate", &rate),
            ("-bufsize", &buffer),
            ("-g", "9999"),
            ("-svtav1-params", "enable-force-key-frames=1:scd=0"),
        ],
    };
    let mut list = arguments(["-c:v", library(rung.codec)]);
    list.extend(options.iter().flat_map(|(name, value)| [OsString::from(name), OsString::from(value)]));
    list
}
