//! What a player of HLS or DASH is told of a stream: its renditions, each a CMAF track file that is served in byte
//! ranges.

use crate::mp4::Track;
use facts::Storyboard;

pub mod dash;
pub mod hls;

#[cfg(test)]
mod tests;

/// All renditions of one work. Names are told apart over all kinds: each is a playlist's address too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stream {
    /// The same pictures in several sizes, the one to begin with first; in several codecs, the one that plays everywhere first.
    pub videos: Vec<Video>,
    /// Sound, one for each language.
    pub audios: Vec<Audio>,
    /// Text.
    pub captions: Vec<Caption>,
    /// Small pictures for the seek bar.
    pub storyboard: Option<Tiles>,
}

/// A video track.
#[derive(Debug, Clone, PartialEq)]
pub struct Video {
    /// As in `720p`.
    pub name: String,
    /// Relative address of the track file.
    pub uri: String,
    /// The head of that file.
    pub track: Track,
    /// Pictures per second.
    pub frame_rate: f64,
}

/// An audio track.
#[derive(Debug, Clone, PartialEq)]
pub struct Audio {
    /// As in `audio-en`.
    pub name: String,
    /// Relative address of the track file.
    pub uri: String,
    /// A tag of BCP 47.
    pub language: Option<String>,
    /// What a viewer reads; any text.
    pub label: String,
    /// Whether it plays unless a viewer chooses another. The first such one counts.
    pub default: bool,
    /// The head of that file.
    pub track: Track,
}

/// Captions in WebVTT, all in one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Caption {
    /// As in `captions-en`.
    pub name: String,
    /// Relative address of the WebVTT file.
    pub uri: String,
    /// A tag of BCP 47.
    pub language: String,
    /// What a viewer reads; any text.
    pub label: String,
    /// Whether it is shown unless a viewer chooses otherwise. The first such one counts.
    pub default: bool,
}

/// Stills on one sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Tiles {
    /// Relative address of the sheet.
    pub uri: String,
    /// What is where on it.
    pub board: Storyboard,
}

impl Stream {
    /// When the last track ends, in seconds.
    fn duration(&self) -> f64 {
        self.tracks().map(|track| track.start() + track.duration()).fold(0.0, f64::max)
    }

    fn tracks(&self) -> impl Iterator<Item = &Track> {
        let videos = self.videos.iter().map(|video| &video.track);
        videos.chain(self.audios.iter().map(|audio| &audio.track))
    }

    /// Which of the audio tracks plays unless another is chosen.
    fn default_audio(&self) -> usize {
        self.audios.iter().position(|audio| audio.default).unwrap_or(0)
    }
}

/// An address in which nothing is left that ends a quoted string or a line.
fn address(uri: &str) -> String {
    let spelled =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`');
    encoded(uri, spelled)
}

/// A name as one segment of an address.
fn segment(name: &str) -> String {
    encoded(name, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

fn encoded(text: &str, spelled: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if spelled(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
