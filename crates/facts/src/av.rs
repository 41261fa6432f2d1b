//! Videos and sounds, and what was made of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ImageFacts;

/// What is known of a video.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoFacts {
    /// Seconds.
    pub duration: f64,
    /// Pixels, as displayed: turned, and with square pixels.
    pub width: u32,
    /// Pixels, as displayed.
    pub height: u32,
    /// Pictures a second, on average.
    pub frame_rate: f64,
    /// Short name, as FFmpeg has it: `h264`.
    pub codec: String,
    /// Its number among the streams of the file.
    #[serde(default)]
    pub index: u32,
    /// Profile of the codec, as FFmpeg has it: `High`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// How its pixels are stored, as FFmpeg has it: `yuv420p`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixel_format: Option<String>,
    /// Which numbers stand for which colours, as FFmpeg has it: `bt709`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color_space: Option<String>,
    /// Whether each picture holds two halves, one line each in turn.
    #[serde(default)]
    pub interlaced: bool,
    /// Whether its pixels are squares.
    #[serde(default)]
    pub square: bool,
    /// Seconds from the start of the file to its first picture.
    #[serde(default)]
    pub start: f64,
    /// Bits a second of the whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bit_rate: Option<u64>,
    /// Degrees by which the stored picture is turned clockwise for display: 0, 90, 180 or 270.
    #[serde(default)]
    pub rotation: u16,
    /// How its brightness goes beyond what usual screens show, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hdr: Option<Hdr>,
    /// Its sounds, in the order of the file.
    #[serde(default)]
    pub sounds: Vec<SoundStream>,
    /// Its texts to read along, in the order of the file.
    #[serde(default)]
    pub texts: Vec<TextStream>,
    /// Names of renditions that are still being made: `720p`, `720p.av1`.
    #[serde(default)]
    pub pending: Vec<String>,
    /// What can be streamed, the optimal one first.
    #[serde(default)]
    pub renditions: Vec<Rendition>,
    /// The sounds of what can be streamed.
    #[serde(default)]
    pub tracks: Vec<SoundTrack>,
    /// Stills of it.
    #[serde(default)]
    pub posters: Vec<ImageFacts>,
    /// Small stills of all of it on one sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storyboard: Option<Storyboard>,
    /// Whether nothing more is made of it.
    #[serde(default)]
    pub finished: bool,
    /// Whether there is an animated preview.
    #[serde(default)]
    pub preview: bool,
    /// Texts to read along.
    #[serde(default)]
    pub captions: Vec<Caption>,
}

/// Ways to store what is brighter than white.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hdr {
    /// Perceptual quantizer (SMPTE ST 2084).
    Pq,
    /// Hybrid log-gamma.
    Hlg,
}

impl Hdr {
    /// Its short name.
    pub fn name(self) -> &'static str {
        match self {
            Hdr::Pq => "pq",
            Hdr::Hlg => "hlg",
        }
    }
}

/// A sound in a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoundStream {
    /// Its number among the streams of the file.
    pub index: u32,
    /// Short name, as FFmpeg has it: `aac`.
    pub codec: String,
    /// Channels.
    pub channels: u32,
    /// Hertz.
    pub sample_rate: u32,
    /// Bits a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bit_rate: Option<u64>,
    /// ISO 639-2, as the file says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A text in a file, to read along.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TextStream {
    /// Its number among the streams of the file.
    pub index: u32,
    /// ISO 639-2, as the file says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Shown unless the viewer decides otherwise.
    #[serde(default)]
    pub default: bool,
}

/// How the pictures of a rendition are stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// What plays everywhere.
    #[default]
    H264,
    /// About two thirds of its bytes, and many times the work.
    Vp9,
    /// About half of its bytes, for what was built in the last years.
    Av1,
}

impl Codec {
    /// Its short name.
    pub fn name(self) -> &'static str {
        match self {
            Codec::H264 => "h264",
            Codec::Vp9 => "vp9",
            Codec::Av1 => "av1",
        }
    }

    /// What a rendition of a quality is called, in addresses and in its asset's key: `720p`, or `720p.av1`.
    pub fn rendition(self, quality: &str) -> String {
        match self {
            Codec::H264 => quality.to_owned(),
            other => format!("{quality}.{}", other.name()),
        }
    }
}

/// A video in one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rendition {
    /// `720p` and the like.
    pub quality: String,
    /// How its pictures are stored.
    #[serde(default)]
    pub codec: Codec,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pictures a second.
    pub frame_rate: f64,
    /// Bytes of the normal MP4 of it, with its sound.
    pub size: u64,
}

impl Rendition {
    /// What it is called among all renditions of a video: `720p`, `720p.av1`.
    pub fn name(&self) -> String {
        self.codec.rendition(&self.quality)
    }

    /// The key of its asset.
    pub fn key(&self) -> String {
        format!("{}.mp4", self.name())
    }
}

/// A sound beside the renditions of a video.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoundTrack {
    /// The key of its asset.
    pub key: String,
    /// ISO 639-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// For people.
    pub label: String,
}

/// Stills on one sheet, row by row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Storyboard {
    /// Stills in a row.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
    /// Pixels of one still.
    pub width: u32,
    /// Pixels of one still.
    pub height: u32,
    /// Seconds from one to the next.
    pub interval: f64,
    /// How many there are.
    pub count: u32,
}

/// A text to read along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Caption {
    /// BCP 47; its asset has the key `captions.en.vtt`.
    pub language: String,
    /// For people.
    pub label: String,
    /// Shown unless the viewer decides otherwise.
    #[serde(default)]
    pub default: bool,
}

/// What is known of a sound.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoundFacts {
    /// Seconds.
    pub duration: f64,
    /// The stream that is heard.
    pub stream: SoundStream,
    /// Bits a second of the whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bit_rate: Option<u64>,
    /// Title, artist and the like, as the file has them; names in lower case.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Loudness of all of it (ITU-R BS.1770), in LUFS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loudness: Option<f64>,
    /// Forms of it that play everywhere.
    #[serde(default)]
    pub renditions: Vec<SoundRendition>,
    /// The number of its cover among the streams of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_index: Option<u32>,
    /// Its cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<ImageFacts>,
    /// Whether there is a waveform.
    #[serde(default)]
    pub waveform: bool,
}

/// A sound in one format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SoundRendition {
    /// `128kbs`; its asset has the key `128kbs.mp3`.
    pub quality: String,
    /// `mp3` or `m4a`.
    pub format: String,
    /// Bytes.
    pub size: u64,
}

impl SoundRendition {
    /// The key of its asset.
    pub fn key(&self) -> String {
        format!("{}.{}", self.quality, self.format)
    }
}

impl VideoFacts {
    /// The shorter side, in pixels: what qualities are named by.
    pub fn short_side(&self) -> u32 {
        self.width.min(self.height)
    }
}
