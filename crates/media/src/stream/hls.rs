//! Playlists of HTTP Live Streaming (RFC 8216).

use std::fmt::Write as _;

use super::{Audio, Caption, Stream, address, segment};
use crate::mp4::{Shape, Track};

/// The multivariant playlist. Each rendition's own playlist is at `{name}.m3u8` beside it: [`media`] for video and
/// audio, [`caption`] for captions. Without video, the default audio track stands for all.
pub fn master(stream: &Stream) -> String {
    let mut text = String::from("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    // One audio track alone needs no choice.
    let groups = !stream.videos.is_empty() || stream.audios.len() > 1;
    let default = stream.default_audio();
    if groups {
        let mut names = Names::default();
        for (number, audio) in stream.audios.iter().enumerate() {
            text.push_str(&audio_rendition(audio, number == default, &mut names));
        }
    }
    let shown = stream.captions.iter().position(|caption| caption.default);
    let mut names = Names::default();
    for (number, caption) in stream.captions.iter().enumerate() {
        text.push_str(&caption_rendition(caption, Some(number) == shown, &mut names));
    }
    let audio = Group::new(stream, groups);
    for video in &stream.videos {
        let line = audio.variant(&video.track, Some(video.frame_rate));
        text.push_str(&format!("{line}\n{}.m3u8\n", segment(&video.name)));
    }
    if let (true, Some(only)) = (stream.videos.is_empty(), stream.audios.get(default)) {
        let line = audio.variant(&only.track, None);
        text.push_str(&format!("{line}\n{}.m3u8\n", segment(&only.name)));
    }
    text
}

fn audio_rendition(audio: &Audio, default: bool, names: &mut Names) -> String {
    let mut line = String::from("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\"");
    push(&mut line, "NAME", &quoted(&names.unique(&audio.label, &audio.name)));
    if let Some(language) = &audio.language {
        push(&mut line, "LANGUAGE", &quoted(language));
    }
    push(&mut line, "DEFAULT", yes(default));
    push(&mut line, "AUTOSELECT", "YES");
    if let Shape::Audio { channels, .. } = audio.track.shape {
        push(&mut line, "CHANNELS", &quoted(&channels.to_string()));
    }
    push(&mut line, "URI", &quoted(&format!("{}.m3u8", segment(&audio.name))));
    line + "\n"
}

fn caption_rendition(caption: &Caption, default: bool, names: &mut Names) -> String {
    let mut line = String::from("#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\"");
    push(&mut line, "NAME", &quoted(&names.unique(&caption.label, &caption.name)));
    push(&mut line, "LANGUAGE", &quoted(&caption.language));
    push(&mut line, "DEFAULT", yes(default));
    push(&mut line, "AUTOSELECT", "YES");
    push(&mut line, "FORCED", "NO");
    push(&mut line, "URI", &quoted(&format!("{}.m3u8", segment(&caption.name))));
    line + "\n"
}

fn push(line: &mut String, name: &str, value: &str) {
    // Writing to a string can't fail.
    let _ = write!(line, ",{name}={value}");
}

fn yes(is: bool) -> &'static str {
    if is { "YES" } else { "NO" }
}

/// A quoted string has no escapes: quotes and what ends a line have to go.
fn quoted(text: &str) -> String {
    let plain = |letter: char| match letter {
        '"' => '\'',
        '\u{2028}' | '\u{2029}' => ' ',
        control if control.is_control() => ' ',
        other => other,
    };
    format!("\"{}\"", text.chars().map(plain).collect::<String>().trim())
}

/// The names in a group, of which no two may be the same.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn unique(&mut self, label: &str, name: &str) -> String {
        let label = if label.trim().is_empty() { name } else { label };
        let mut unique = label.to_owned();
        let mut number = 2;
        while self.0.iter().any(|seen| quoted(seen) == quoted(&unique)) {
            unique = format!("{label} ({number})");
            number += 1;
        }
        self.0.push(unique.clone());
        unique
    }
}

/// What all variants have in common: the renditions that may go with them.
struct Group {
    audio: bool,
    captions: bool,
    codecs: Vec<String>,
    peak: u64,
    average: u64,
}

impl Group {
    fn new(stream: &Stream, groups: bool) -> Group {
        let mut codecs: Vec<String> = Vec::new();
        for audio in stream.audios.iter().filter(|_| groups) {
            if !codecs.contains(&audio.track.codec) {
                codecs.push(audio.track.codec.clone());
            }
        }
        // Without video the track itself is one of the group, and none other plays with it.
        let beside = stream.audios.iter().filter(|_| !stream.videos.is_empty());
        let beside = || beside.clone().map(|audio| &audio.track);
        Group {
            audio: groups && !stream.audios.is_empty(),
            captions: !stream.captions.is_empty(),
            codecs,
            peak: beside().map(Track::peak_bandwidth).max().unwrap_or(0),
            average: beside().map(Track::average_bandwidth).max().unwrap_or(0),
        }
    }

    /// The line that announces a track.
    fn variant(&self, track: &Track, frame_rate: Option<f64>) -> String {
        let peak = track.peak_bandwidth().saturating_add(self.peak);
        let average = track.average_bandwidth().saturating_add(self.average);
        let others = self.codecs.iter().filter(|codec| **codec != track.codec);
        let codecs: Vec<&str> = std::iter::once(&track.codec).chain(others).map(String::as_str).collect();
        // A track of which the end is heavy may be above its peak on average.
        let mut line = format!("#EXT-X-STREAM-INF:BANDWIDTH={}", peak.max(average));
        push(&mut line, "AVERAGE-BANDWIDTH", &average.to_string());
        push(&mut line, "CODECS", &quoted(&codecs.join(",")));
        if let Shape::Video { width, height } = track.shape {
            push(&mut line, "RESOLUTION", &format!("{width}x{height}"));
        }
        if let Some(rate) = frame_rate.filter(|rate| rate.is_finite() && *rate > 0.0) {
            push(&mut line, "FRAME-RATE", &format!("{rate:.3}"));
        }
        if self.audio {
            push(&mut line, "AUDIO", "\"audio\"");
        }
        if self.captions {
            push(&mut line, "SUBTITLES", "\"captions\"");
        }
        push(&mut line, "CLOSED-CAPTIONS", "NONE");
        line
    }
}

/// The playlist of one track; `uri` is the relative address of its file.
pub fn media(track: &Track, uri: &str) -> String {
    let uri = address(uri);
    let seconds = |ticks| track.seconds(ticks);
    let longest = track.segments.iter().map(|segment| seconds(segment.duration)).fold(0.0, f64::max);
    let mut text = opening(longest.round());
    let init = &track.init;
    let length = init.end.saturating_sub(init.start);
    // Writing to a string can't fail.
    let _ = writeln!(text, "#EXT-X-MAP:URI=\"{uri}\",BYTERANGE=\"{length}@{}\"", init.start);
    for part in &track.segments {
        let length = part.bytes.end.saturating_sub(part.bytes.start);
        let duration = seconds(part.duration);
        let start = part.bytes.start;
        let _ = write!(text, "#EXTINF:{duration:.6},\n#EXT-X-BYTERANGE:{length}@{start}\n{uri}\n");
    }
    text + "#EXT-X-ENDLIST\n"
}

/// The playlist of captions that are all in one file, for a work of `duration` seconds.
pub fn caption(uri: &str, duration: f64) -> String {
    let duration = if duration.is_finite() { duration.max(0.0) } else { 0.0 };
    let uri = address(uri);
    format!("{}#EXTINF:{duration:.6},\n{uri}\n#EXT-X-ENDLIST\n", opening(duration.round()))
}

/// `target` is the longest duration, rounded as players round each of them.
fn opening(target: f64) -> String {
    let target = target.max(1.0);
    format!(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{target:.0}\n#EXT-X-MEDIA-SEQUENCE:0\n\
         #EXT-X-PLAYLIST-TYPE:VOD\n"
    )
}
