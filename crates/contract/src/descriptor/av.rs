//! Videos and sounds in a descriptor.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::Image;
use crate::values::{Int64, Timestamp};

/// A video.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoMedia {
    /// The file's id.
    pub id: String,
    /// The original; empty for private files.
    pub url: String,
    /// The name it came with.
    pub filename: String,
    /// Bytes.
    pub size_in_bytes: Int64,
    /// When a signed `url` ends.
    pub url_expiration_date: Option<Timestamp>,
    /// The optimal one first; those that are still being made are missing.
    pub resolutions: Vec<VideoResolution>,
    /// Stills of it, at most four.
    pub posters: Vec<Image>,
    /// Small stills of all of it on one sheet. No part of the published API, as is all that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storyboard: Option<Storyboard>,
    /// An animated WebP of some seconds; empty for private files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview_url: Option<String>,
    /// What is still being made: qualities, and `storyboard`, with which the preview comes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<String>,
    /// Texts to read along.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub captions: Vec<VideoCaption>,
    /// What the original is; absent until known.
    #[serde(flatten)]
    pub original: Option<VideoOriginal>,
}

/// What a video is, as it came.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoOriginal {
    /// Seconds.
    pub duration: f64,
    /// Pixels, as displayed.
    pub width: u32,
    /// Pixels, as displayed.
    pub height: u32,
    /// Pictures a second.
    pub frame_rate: f64,
    /// Short name: `h264`.
    pub codec: String,
    /// Bits a second; absent where the file doesn't say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bitrate: Option<Int64>,
    /// `pq` or `hlg` for high dynamic range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hdr: Option<String>,
    /// Its sounds.
    pub audio: Vec<SoundStream>,
}

/// A sound in a file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoundStream {
    /// Short name: `aac`.
    pub codec: String,
    /// Channels.
    pub channels: u32,
    /// Hertz.
    pub sample_rate: u32,
    /// Bits a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bitrate: Option<Int64>,
    /// ISO 639-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Small stills of a video on one sheet, row by row.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Storyboard {
    /// The sheet, a JPEG; empty for private files.
    pub url: String,
    /// Where on it which moment is, in WebVTT; empty for private files.
    pub vtt_url: String,
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

/// A text to read along with a video.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoCaption {
    /// BCP 47.
    pub language: String,
    /// For people.
    pub label: String,
    /// Shown unless the viewer decides otherwise.
    pub default: bool,
    /// The WebVTT; empty for private files.
    pub url: String,
}

/// One rendition of a video.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VideoResolution {
    /// Where it is served; empty for private files.
    pub url: String,
    /// Pixels.
    pub height: u32,
    /// Pixels.
    pub width: u32,
    /// A still of its own; never there.
    pub poster: Option<Image>,
    /// `mp4`, `hls` or `dash`; streams have no size and no quality of their own.
    pub format: String,
    /// `720p` and the like.
    pub quality: Option<String>,
    /// When a signed `url` ends.
    pub url_expiration_date: Option<Timestamp>,
    /// Bytes.
    pub size_in_bytes: Option<Int64>,
    /// What it is called when it is saved.
    pub filename: Option<String>,
    /// `h264`, `vp9` or `av1`; none for streams, which may have several. No part of the published API, as is what follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// What to ask for in generateFileDownloadUrl.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset_key: Option<String>,
}

/// A sound.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AudioMedia {
    /// The file's id.
    pub id: String,
    /// Renditions of it.
    pub assets: Vec<AudioAsset>,
    /// Bits per second; absent until known.
    pub bitrate: Option<u32>,
    /// The format's short name.
    pub format: String,
    /// Seconds; absent until known.
    pub duration: Option<f64>,
    /// Bytes.
    pub size_in_bytes: Int64,
    /// Title, artist and the like. No part of the published API, as is all that follows.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Loudness of all of it (ITU-R BS.1770), in LUFS; absent for silence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loudness: Option<f64>,
    /// What is in the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<SoundStream>,
    /// What it looks like, in numbers, as `audiowaveform` writes them; empty for private files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waveform_url: Option<String>,
    /// Its cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover: Option<Image>,
}

/// One rendition of a sound.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AudioAsset {
    /// The file's id.
    pub id: String,
    /// Where it is served; empty for private files.
    pub url: String,
    /// The name it came with.
    pub filename: String,
    /// Seconds; absent until known.
    pub duration: Option<f64>,
    /// What to ask for in generateFileDownloadUrl.
    pub asset_key: String,
    /// The format's short name.
    pub format: String,
    /// `128kbs` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// As the file is.
    pub private: bool,
    /// Bytes.
    pub size_in_bytes: Int64,
    /// When a signed `url` ends.
    pub url_expiration_date: Option<Timestamp>,
}
