//! The manifest of MPEG-DASH (ISO 23009-1), on-demand profile: players find the segments in each file's index.

use std::fmt::Write as _;

use super::{Audio, Caption, Stream, Tiles, Video, address};
use crate::mp4::{Shape, Track};

/// The manifest, static and with byte ranges.
pub fn manifest(stream: &Stream) -> String {
    let mut sets = Sets::default();
    let families = families(&stream.videos);
    for (number, family) in families.iter().enumerate() {
        // The later, the fewer bytes: what a player can decode all of it takes the last one.
        let priority = (families.len() > 1).then_some(number + 1);
        sets.add(|id| video_set(id, family, priority));
    }
    for (number, group) in languages(stream).into_iter().enumerate() {
        sets.add(|id| audio_set(id, number == 0, &group));
    }
    let shown = stream.captions.iter().position(|caption| caption.default);
    for (number, caption) in stream.captions.iter().enumerate() {
        sets.add(|id| caption_set(id, caption, Some(number) == shown));
    }
    if let Some(tiles) = &stream.storyboard {
        sets.add(|id| storyboard_set(id, tiles));
    }
    let longest = stream
        .tracks()
        .flat_map(|track| track.segments.iter().map(|segment| track.seconds(segment.duration)))
        .fold(0.0, f64::max);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\" \
         type=\"static\" mediaPresentationDuration=\"PT{:.3}S\" minBufferTime=\"PT{:.3}S\">\n\
         \x20 <Period id=\"0\" start=\"PT0S\">\n{}\x20 </Period>\n</MPD>\n",
        stream.duration(),
        longest.max(1.0),
        sets.text
    )
}

/// Adaptation sets, numbered as they come.
#[derive(Default)]
struct Sets {
    count: usize,
    text: String,
}

impl Sets {
    fn add(&mut self, set: impl FnOnce(usize) -> String) {
        self.text.push_str(&set(self.count));
        self.count += 1;
    }
}

/// An opening tag, or a whole empty one, on a line of its own.
struct Tag(String);

impl Tag {
    fn new(depth: usize, name: &str) -> Tag {
        Tag(format!("{:1$}<{name}", "", depth * 2))
    }

    fn with(mut self, name: &str, value: impl std::fmt::Display) -> Tag {
        // Writing to a string can't fail.
        let _ = write!(self.0, " {name}=\"{}\"", escaped(&value.to_string()));
        self
    }

    fn maybe(self, name: &str, value: Option<impl std::fmt::Display>) -> Tag {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn open(self) -> String {
        self.0 + ">\n"
    }

    fn empty(self) -> String {
        self.0 + "/>\n"
    }

    fn text(self, name: &str, text: &str) -> String {
        format!("{}>{}</{name}>\n", self.0, escaped(text))
    }
}

/// Text between tags or in an attribute. What XML 1.0 can't hold is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => escaped.push(other),
        }
    }
    escaped
}

fn adaptation_set(id: usize, content: &str, mime: &str) -> Tag {
    Tag::new(2, "AdaptationSet").with("id", id).with("contentType", content).with("mimeType", mime)
}

const CLOSE_SET: &str = "    </AdaptationSet>\n";

/// Players switch within a set alone, and only between tracks that one decoder reads.
fn families(videos: &[Video]) -> Vec<Vec<&Video>> {
    let mut families: Vec<Vec<&Video>> = Vec::new();
    for video in videos {
        let of = |family: &&mut Vec<&Video>| {
            family.first().is_some_and(|first| family_of(&first.track) == family_of(&video.track))
        };
        match families.iter_mut().find(of) {
            Some(family) => family.push(video),
            None => families.push(vec![video]),
        }
    }
    families
}

fn family_of(track: &Track) -> &str {
    track.codec.split('.').next().unwrap_or("")
}

/// Tracks of the same language and label, the default one first.
fn languages(stream: &Stream) -> Vec<Vec<&Audio>> {
    let default = stream.default_audio();
    let first = stream.audios.get(default);
    let others = stream.audios.iter().enumerate().filter(|(number, _)| *number != default);
    let mut groups: Vec<Vec<&Audio>> = Vec::new();
    for audio in first.into_iter().chain(others.map(|(_, audio)| audio)) {
        let key = |audio: &Audio| {
            let family = family_of(&audio.track).to_owned();
            (audio.language.clone(), audio.label.clone(), family)
        };
        let of = |group: &&mut Vec<&Audio>| group.first().is_some_and(|first| key(first) == key(audio));
        match groups.iter_mut().find(of) {
            Some(group) => group.push(audio),
            None => groups.push(vec![audio]),
        }
    }
    groups
}

/// Whether the segments of all tracks begin at the same times.
fn aligned<'a>(mut tracks: impl Iterator<Item = &'a Track>) -> bool {
    let Some(first) = tracks.next() else {
        return true;
    };
    tracks.all(|track| {
        // Ticks of different lengths are compared as fractions.
        let same = |(a, b): (&crate::mp4::Segment, &crate::mp4::Segment)| {
            u128::from(a.start) * u128::from(track.timescale)
                == u128::from(b.start) * u128::from(first.timescale)
        };
        first.segments.len() == track.segments.len() && first.segments.iter().zip(&track.segments).all(same)
    })
}

fn segmented(set: Tag, aligned: bool) -> Tag {
    set.with("segmentAlignment", aligned)
        .with("subsegmentAlignment", aligned)
        .with("subsegmentStartsWithSAP", 1)
}

fn video_set(id: usize, videos: &[&Video], priority: Option<usize>) -> String {
    let sizes = videos.iter().filter_map(|video| match video.track.shape {
        Shape::Video { width, height } => Some((width, height)),
        Shape::Audio { .. } => None,
    });
    let set =
        segmented(adaptation_set(id, "video", "video/mp4"), aligned(videos.iter().map(|video| &video.track)));
    let rates = videos.iter().map(|video| video.frame_rate);
    let mut text = set
        .maybe("selectionPriority", priority)
        .maybe("maxWidth", sizes.clone().map(|(width, _)| width).max())
        .maybe("maxHeight", sizes.map(|(_, height)| height).max())
        .maybe("maxFrameRate", frame_rate(rates.fold(0.0, f64::max)))
        .open();
    text += &role("main");
    for video in videos {
        text += &representation(&video.name, &video.uri, &video.track, frame_rate(video.frame_rate));
    }
    text + CLOSE_SET
}

fn audio_set(id: usize, main: bool, audios: &[&Audio]) -> String {
    let Some(first) = audios.first() else {
        return String::new();
    };
    let set =
        segmented(adaptation_set(id, "audio", "audio/mp4"), aligned(audios.iter().map(|audio| &audio.track)));
    let mut text = set.maybe("lang", first.language.as_ref()).open();
    text += &label(&first.label);
    text += &role(if main { "main" } else { "alternate" });
    for audio in audios {
        text += &representation(&audio.name, &audio.uri, &audio.track, None);
    }
    text + CLOSE_SET
}

fn label(label: &str) -> String {
    if label.trim().is_empty() { String::new() } else { Tag::new(3, "Label").text("Label", label) }
}

fn role(value: &str) -> String {
    Tag::new(3, "Role").with("schemeIdUri", "urn:mpeg:dash:role:2011").with("value", value).empty()
}

/// A fraction, as the manifest wants it: whole, or as in `60000/1001`, or in thousandths.
fn frame_rate(rate: f64) -> Option<String> {
    if !rate.is_finite() || rate < 0.001 {
        return None;
    }
    let (whole, film) = (rate.round(), (rate * 1.001).round());
    Some(if (rate - whole).abs() < 0.0005 {
        format!("{whole:.0}")
    } else if (rate - film / 1.001).abs() < 0.0005 {
        format!("{:.0}/1001", film * 1000.0)
    } else {
        format!("{:.0}/1000", rate * 1000.0)
    })
}

fn representation(name: &str, uri: &str, track: &Track, frame_rate: Option<String>) -> String {
    let tag = Tag::new(3, "Representation")
        .with("id", name)
        .with("codecs", &track.codec)
        .with("bandwidth", track.peak_bandwidth().max(track.average_bandwidth()));
    let (tag, channels) = match track.shape {
        Shape::Video { width, height } => {
            let tag = tag.with("width", width).with("height", height);
            (tag.maybe("frameRate", frame_rate), String::new())
        }
        Shape::Audio { channels, sample_rate } => {
            let scheme = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";
            let channels = Tag::new(4, "AudioChannelConfiguration")
                .with("schemeIdUri", scheme)
                .with("value", channels)
                .empty();
            (tag.with("audioSamplingRate", sample_rate), channels)
        }
    };
    let base = Tag::new(4, "SegmentBase")
        .with("timescale", track.timescale)
        .with("indexRange", range(&track.index))
        .with("indexRangeExact", true)
        .open();
    let init = Tag::new(5, "Initialization").with("range", range(&track.init)).empty();
    let close = "        </SegmentBase>\n      </Representation>\n";
    format!("{}{channels}{}{base}{init}{close}", tag.open(), base_url(uri))
}

/// First and last byte.
fn range(bytes: &std::ops::Range<u64>) -> String {
    format!("{}-{}", bytes.start, bytes.end.saturating_sub(1))
}

fn base_url(uri: &str) -> String {
    Tag::new(4, "BaseURL").text("BaseURL", &address(uri))
}

fn caption_set(id: usize, caption: &Caption, default: bool) -> String {
    let mut text = adaptation_set(id, "text", "text/vtt").with("lang", &caption.language).open();
    text += &label(&caption.label);
    text += &role("subtitle");
    if default {
        text += &role("main");
    }
    // Players want a number; the file is a few bytes a second.
    text += &Tag::new(3, "Representation").with("id", &caption.name).with("bandwidth", 256).open();
    text += &base_url(&caption.uri);
    text + "      </Representation>\n" + CLOSE_SET
}

/// Bits that a pixel of a storyboard takes, roughly: only the manifest's reader knows the file's real size.
const BITS_PER_PIXEL: f64 = 1.0;

/// DASH-IF IOP 4.3, 6.2.6.
fn storyboard_set(id: usize, tiles: &Tiles) -> String {
    let board = &tiles.board;
    let count = u64::from(board.columns) * u64::from(board.rows);
    let (width, height) =
        (u64::from(board.columns) * u64::from(board.width), u64::from(board.rows) * u64::from(board.height));
    let shown = (count as f64 * board.interval.max(0.001)).max(0.001);
    let bandwidth = width as f64 * height as f64 * BITS_PER_PIXEL / shown;
    let file = tiles.uri.rsplit(['?', '#']).next_back().unwrap_or("").to_ascii_lowercase();
    let kind = match file.rsplit('.').next() {
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("avif") => "image/avif",
        _ => "image/jpeg",
    };
    let mut text = adaptation_set(id, "image", kind).open();
    // In a template, two dollar signs stand for one.
    text += &Tag::new(3, "SegmentTemplate")
        .with("media", address(&tiles.uri).replace('$', "$$"))
        .with("timescale", 1000)
        .with("duration", format!("{:.0}", shown * 1000.0))
        .with("startNumber", 1)
        .empty();
    text += &Tag::new(3, "Representation")
        .with("id", "storyboard")
        .with("bandwidth", format!("{:.0}", bandwidth.ceil().max(1.0)))
        .with("width", width)
        .with("height", height)
        .open();
    text += &Tag::new(4, "EssentialProperty")
        .with("schemeIdUri", "http://dashif.org/guidelines/thumbnail_tile")
        .with("value", format!("{}x{}", board.columns, board.rows))
        .empty();
    text + "      </Representation>\n" + CLOSE_SET
}
