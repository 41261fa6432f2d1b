//! What a video or a sound is: asked of `ffprobe`, which sees the file alone and is told its format.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

use contract::formats::{Format, Kind};
use serde::Deserialize;

use super::input::input;
use super::{Film, arguments};
use crate::child::{Fault, Limits, Stop, run};
use facts::{Facts, Hdr, SoundFacts, SoundStream, TextStream, VideoFacts};

/// Sounds of a video that are looked at.
const MOST_SOUNDS: usize = 8;
/// Texts of a video that are looked at, and the kinds that are text and no pictures.
const MOST_TEXTS: usize = 20;
const TEXTS: [&str; 6] = ["subrip", "ass", "ssa", "mov_text", "webvtt", "text"];
/// Tags of a sound, and the characters of one, that are kept.
const MOST_TAGS: usize = 32;
const LONGEST_TAG: usize = 500;
/// Largest side of a video, in pixels.
const LONGEST_SIDE: u32 = 16_384;

const LIMITS: Limits = Limits {
    memory: 4 << 30,
    cpu: Duration::from_secs(60),
    wall: Duration::from_secs(120),
    output: 0,
    nice: 5,
};

/// Why nothing is known.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The content can't be used; a sentence for people.
    #[error("{0}")]
    Broken(String),
    /// The program failed for a reason that isn't the file's.
    #[error(transparent)]
    Fault(#[from] Fault),
}

fn broken(text: &str) -> ProbeError {
    ProbeError::Broken(text.to_owned())
}

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Container,
}

#[derive(Default, Deserialize)]
struct Container {
    start_time: Option<String>,
    duration: Option<String>,
    bit_rate: Option<String>,
    #[serde(default)]
    tags: HashMap<String, String>,
}

#[derive(Deserialize)]
struct Stream {
    index: u32,
    codec_type: Option<String>,
    codec_name: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    sample_aspect_ratio: Option<String>,
    avg_frame_rate: Option<String>,
    r_frame_rate: Option<String>,
    profile: Option<String>,
    pix_fmt: Option<String>,
    field_order: Option<String>,
    start_time: Option<String>,
    color_space: Option<String>,
    color_transfer: Option<String>,
    channels: Option<u32>,
    sample_rate: Option<String>,
    bit_rate: Option<String>,
    duration: Option<String>,
    #[serde(default)]
    disposition: HashMap<String, i64>,
    #[serde(default)]
    tags: HashMap<String, String>,
    #[serde(default)]
    side_data_list: Vec<SideData>,
}

#[derive(Deserialize)]
struct SideData {
    rotation: Option<f64>,
}

impl Stream {
    fn is(&self, kind: &str) -> bool {
        self.codec_type.as_deref() == Some(kind)
    }

    /// A picture that goes with a sound is no video.
    fn is_cover(&self) -> bool {
        self.is("video") && self.disposition.get("attached_pic").is_some_and(|flag| *flag != 0)
    }

    fn rotation(&self) -> u16 {
        // The file says by how much to turn it anticlockwise.
        let turned = self.side_data_list.iter().find_map(|data| data.rotation).unwrap_or(0.0);
        ((-turned / 90.0).round() * 90.0).rem_euclid(360.0) as u16
    }

    /// How much wider a pixel is than high.
    fn aspect(&self) -> f64 {
        let aspect = self.sample_aspect_ratio.as_deref().and_then(|text| ratio(text, ':'));
        aspect.filter(|aspect| (0.05..20.0).contains(aspect)).unwrap_or(1.0)
    }

    fn size(&self) -> Option<(u32, u32)> {
        let (width, height) = (self.width.filter(|w| *w > 0)?, self.height.filter(|h| *h > 0)?);
        let wide = (f64::from(width) * self.aspect()).round().clamp(1.0, f64::from(LONGEST_SIDE)) as u32;
        Some(if self.rotation() % 180 == 90 { (height, wide) } else { (wide, height) })
    }

    fn tag(&self, name: &str) -> Option<String> {
        self.tags.get(name).filter(|text| !text.is_empty()).map(|text| cut(text))
    }

    fn language(&self) -> Option<String> {
        self.tag("language").filter(|language| language != "und")
    }

    fn is_text(&self) -> bool {
        self.is("subtitle") && self.codec_name.as_deref().is_some_and(|codec| TEXTS.contains(&codec))
    }

    fn text(&self) -> TextStream {
        TextStream {
            index: self.index,
            language: self.language(),
            title: self.tag("title"),
            default: self.disposition.get("default").is_some_and(|flag| *flag != 0),
        }
    }

    fn sound(&self) -> SoundStream {
        SoundStream {
            index: self.index,
            codec: self.codec_name.clone().unwrap_or_default(),
            channels: self.channels.unwrap_or(0),
            sample_rate: number(self.sample_rate.as_deref()).unwrap_or(0.0) as u32,
            bit_rate: number(self.bit_rate.as_deref()).map(|rate| rate as u64),
            language: self.language(),
            title: self.tag("title"),
        }
    }
}

/// Seconds from one instant to another one, as far as both are known.
fn since(instant: Option<&str>, start: Option<&str>) -> f64 {
    let read =
        |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok()).filter(|time| time.is_finite());
    read(instant).zip(read(start)).map_or(0.0, |(instant, start)| instant - start)
}

fn cut(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(LONGEST_TAG).collect()
}

fn number(text: Option<&str>) -> Option<f64> {
    text?.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)
}

fn ratio(text: &str, sign: char) -> Option<f64> {
    let (above, below) = text.split_once(sign)?;
    let (above, below): (f64, f64) = (above.parse().ok()?, below.parse().ok()?);
    (above > 0.0 && below > 0.0).then_some(above / below)
}

/// Finds out what is in a video or a sound.
pub fn probe(film: &Film, path: &Path, format: &Format, stop: &Stop) -> Result<Facts, ProbeError> {
    let report = ask(film, path, format, stop)?;
    let container = &report.format;
    // A file that doesn't say how long it is has streams that do.
    let longest = report.streams.iter().filter_map(|stream| number(stream.duration.as_deref()));
    let duration = number(container.duration.as_deref()).or_else(|| longest.reduce(f64::max)).unwrap_or(0.0);
    let bit_rate = number(container.bit_rate.as_deref()).map(|rate| rate as u64);
    let mut sounds: Vec<SoundStream> = report
        .streams
        .iter()
        .filter(|stream| stream.is("audio"))
        .map(Stream::sound)
        .filter(|sound| sound.channels > 0 && sound.sample_rate > 0 && !sound.codec.is_empty())
        .take(MOST_SOUNDS)
        .collect();
    if format.kind == Kind::Audio {
        if sounds.is_empty() {
            return Err(broken("there is no sound in it that can be decoded"));
        }
        let cover_index = report.streams.iter().find(|stream| stream.is_cover()).map(|cover| cover.index);
        let tags = tags(container.tags.iter().chain(report.streams.iter().flat_map(|stream| &stream.tags)));
        let sound = SoundFacts {
            duration,
            stream: sounds.swap_remove(0),
            bit_rate,
            tags,
            cover_index,
            ..SoundFacts::default()
        };
        return Ok(Facts { sound: Some(sound), ..Facts::default() });
    }
    let picture = report.streams.iter().find(|stream| stream.is("video") && !stream.is_cover());
    let Some((picture, (width, height))) = picture.and_then(|picture| Some((picture, picture.size()?)))
    else {
        return Err(broken("there is no picture in it that can be decoded"));
    };
    if width.max(height) > LONGEST_SIDE {
        return Err(broken("its pictures are larger than 16384 pixels"));
    }
    let rate = |text: &Option<String>| text.as_deref().and_then(|text| ratio(text, '/'));
    let video = VideoFacts {
        duration,
        width,
        height,
        frame_rate: rate(&picture.avg_frame_rate).or_else(|| rate(&picture.r_frame_rate)).unwrap_or(25.0),
        codec: picture.codec_name.clone().unwrap_or_default(),
        index: picture.index,
        profile: picture.profile.clone(),
        pixel_format: picture.pix_fmt.clone(),
        color_space: picture
            .color_space
            .clone()
            .filter(|space| !matches!(space.as_str(), "unknown" | "reserved")),
        interlaced: matches!(picture.field_order.as_deref(), Some("tt" | "bb" | "tb" | "bt")),
        square: (picture.aspect() - 1.0).abs() < 0.001,
        start: since(picture.start_time.as_deref(), container.start_time.as_deref()),
        bit_rate,
        rotation: picture.rotation(),
        hdr: match picture.color_transfer.as_deref() {
            Some("smpte2084") => Some(Hdr::Pq),
            Some("arib-std-b67") => Some(Hdr::Hlg),
            _ => None,
        },
        sounds,
        texts: report
            .streams
            .iter()
            .filter(|stream| stream.is_text())
            .map(Stream::text)
            .take(MOST_TEXTS)
            .collect(),
        ..VideoFacts::default()
    };
    Ok(Facts { video: Some(video), ..Facts::default() })
}

fn ask(film: &Film, path: &Path, format: &Format, stop: &Stop) -> Result<Report, ProbeError> {
    let mut list =
        arguments(["-v", "error", "-print_format", "json=compact=1", "-show_format", "-show_streams"]);
    list.extend(input(path, format));
    let mut text = String::new();
    match run(&film.ffprobe, &list, &LIMITS, stop, |line| text.push_str(line)) {
        Ok(()) => {}
        Err(Fault::Failed(..)) => {
            return Err(broken("it can't be read: it is damaged, or not what it seems"));
        }
        Err(Fault::Limited(how)) => return Err(ProbeError::Broken(format!("looking at it {how}"))),
        Err(fault) => return Err(fault.into()),
    }
    serde_json::from_str(&text).map_err(|_| broken("what is in it can't be told"))
}

fn tags<'a>(found: impl Iterator<Item = (&'a String, &'a String)>) -> BTreeMap<String, String> {
    const KNOWN: [&str; 12] = [
        "title",
        "artist",
        "album",
        "album_artist",
        "composer",
        "genre",
        "track",
        "disc",
        "date",
        "copyright",
        "comment",
        "language",
    ];
    let mut tags = BTreeMap::new();
    for (name, text) in found {
        let name = name.to_ascii_lowercase();
        let text = cut(text);
        if KNOWN.contains(&name.as_str()) && !text.trim().is_empty() && tags.len() < MOST_TAGS {
            tags.entry(name).or_insert(text);
        }
    }
    tags
}
