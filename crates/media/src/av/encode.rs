//! Encoding: one run of FFmpeg for some sizes of a video and its sounds. What comes of it are CMAF tracks: one file for each
//! size and each sound, in fragments of some seconds that begin with key frames, with an index in front.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use contract::formats::Format;

use super::codec::encoder;
use super::input::input;
use super::ladder::MOST_RATE;
use super::{Film, Rung, arguments};
use crate::child::{Fault, Limits, Stop, run};
use facts::{SoundStream, VideoFacts};

/// Seconds of a segment: a player begins, and changes quality, at the start of one.
pub(super) const SEGMENT: f64 = 4.0;
/// Longest segment of a video that is taken as it is, in seconds.
const LONGEST_SEGMENT: f64 = 10.0;
/// From how many seconds after the start of a file on its first picture is late: what viewers notice (ITU-R BT.1359).
pub(super) const LATE: f64 = 0.045;
/// Sounds of a video that can be streamed.
const MOST_SOUNDS: usize = 4;
/// What the encoder of sounds puts in front, in samples. As much is left out of the sound, so that the rest is in time.
const PRIMING: u32 = 1024;

/// A file to be encoded.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Where it lies.
    pub path: &'a Path,
    /// What it is.
    pub format: &'static Format,
    /// What is known of it.
    pub video: &'a VideoFacts,
}

/// What is to be made in one run.
#[derive(Debug, Clone, Copy)]
pub struct Encoding<'a> {
    /// The programs.
    pub film: &'a Film,
    /// Of what.
    pub source: Source<'a>,
    /// In which sizes, the largest first.
    pub rungs: &'a [&'a Rung],
    /// Whether its sounds are made, too, and its texts to read along.
    pub sounds: bool,
    /// Where segments begin, in seconds, if the video decides that.
    pub key_frames: Option<&'a [f64]>,
    /// Whether the pictures are taken as they are; then there is one size.
    pub same: bool,
    /// How much time the encoder takes for how few bytes: one of [`PRESETS`](super::PRESETS).
    pub preset: &'a str,
    /// The folder for what is made.
    pub folder: &'a Path,
    /// What the run may take.
    pub limits: Limits,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Progress {
    /// Seconds of the video that are done.
    pub seconds: f64,
    /// Seconds of the video done in a second.
    pub speed: f64,
}

impl Progress {
    /// Takes in a line that FFmpeg writes with `-progress`; `true` when that was the last one of a round.
    pub(super) fn hears(&mut self, line: &str) -> bool {
        match line.split_once('=') {
            Some(("out_time_us", text)) => {
                self.seconds = text.parse().map_or(self.seconds, |micros: f64| micros / 1e6);
            }
            Some(("speed", text)) => {
                self.speed = text.trim().trim_end_matches('x').parse().unwrap_or(self.speed);
            }
            Some(("progress", _)) => return true,
            _ => {}
        }
        false
    }
}

/// A track that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The key of its asset.
    pub key: String,
    /// The file, below the run's folder.
    pub path: PathBuf,
}

/// The key of the first sound of a video.
pub const FIRST_SOUND: &str = "audio.m4a";

/// The keys of the sounds that are made of a video, with what they are made of.
pub fn sound_keys(video: &VideoFacts) -> Vec<(String, &SoundStream)> {
    let keys = (0..).map(|number| match number {
        0 => FIRST_SOUND.to_owned(),
        _ => format!("audio.{number}.m4a"),
    });
    keys.zip(video.sounds.iter().take(MOST_SOUNDS)).collect()
}

/// The file that a text of a video is written to, below the run's folder.
pub fn text_name(number: usize) -> String {
    format!("text.{number}.vtt")
}

impl Encoding<'_> {
    /// Runs it, in the thread of the caller.
    pub fn run(&self, stop: &Stop, mut progress: impl FnMut(Progress)) -> Result<Vec<Written>, Fault> {
        let (list, written) = self.arguments();
        let mut now = Progress::default();
        run(&self.film.ffmpeg, &list, &self.limits, stop, |line| {
            if now.hears(line) {
                progress(now);
            }
        })?;
        Ok(written)
    }

    fn arguments(&self) -> (Vec<OsString>, Vec<Written>) {
        let mut list = arguments(["-hide_banner", "-nostdin", "-v", "error", "-progress", "pipe:1"]);
        list.extend(arguments(["-stats_period", "0.5"]));
        if self.same {
            // The last picture of a file that was cut off.
            list.extend(arguments(["-fflags", "+discardcorrupt"]));
        }
        list.extend(input(self.source.path, self.source.format));
        let mut written = Vec::new();
        if !self.same {
            list.extend(arguments(["-filter_complex", &self.filters()]));
        }
        for (number, rung) in self.rungs.iter().enumerate() {
            list.extend(arguments([
                "-map",
                &self.picture(number),
                "-map_metadata",
                "-1",
                "-map_chapters",
                "-1",
            ]));
            list.extend(if self.same { arguments(["-c:v", "copy"]) } else { self.pictures(rung) });
            list.extend(arguments(["-movflags", "+cmaf+frag_keyframe+global_sidx"]));
            if self.same {
                let shortest = (SEGMENT * 0.975 * 1e6).to_string();
                list.extend(arguments(["-min_frag_duration", &shortest]));
            }
            list.extend(self.output(rung.key(), &mut written));
        }
        if self.sounds {
            for (key, sound) in sound_keys(self.source.video) {
                list.extend(sound_arguments(sound));
                list.extend(self.output(key, &mut written));
            }
            for (number, text) in self.source.video.texts.iter().enumerate() {
                list.extend(arguments([
                    "-map",
                    &format!("0:{}", text.index),
                    "-c:s",
                    "webvtt",
                    "-f",
                    "webvtt",
                ]));
                list.push(self.folder.join(text_name(number)).into());
            }
        }
        (list, written)
    }

    fn output(&self, key: String, written: &mut Vec<Written>) -> Vec<OsString> {
        let path = self.folder.join(&key);
        let mut list = arguments(["-max_muxing_queue_size", "9999", "-f", "mp4"]);
        list.push(path.clone().into());
        written.push(Written { key, path });
        list
    }

    fn picture(&self, number: usize) -> String {
        if self.same { format!("0:{}", self.source.video.index) } else { format!("[v{number}]") }
    }

    /// Upright, square, progressive pictures of at most 60 a second, each size made of the one above it.
    fn filters(&self) -> String {
        let video = self.source.video;
        let mut first = Vec::new();
        if video.start > LATE {
            // A track begins at 0, so the first picture is there from then on.
            let start = video.start;
            first.push(format!("setpts=PTS-STARTPTS,tpad=start_duration={start:.3}:start_mode=clone"));
        }
        if video.interlaced {
            first.push("yadif=deint=interlaced".to_owned());
        }
        if video.frame_rate > MOST_RATE {
            first.push("fps=60".to_owned());
        }
        if video.color_space.is_none() && video.hdr.is_none() {
            // Who plays it can't tell from a smaller size what the large one was.
            let space = if video.short_side() >= 720 { "bt709" } else { "smpte170m" };
            first.push(format!("setparams=colorspace={space}:color_primaries={space}:color_trc={space}"));
        }
        let mut chains = Vec::new();
        for (number, rung) in self.rungs.iter().enumerate() {
            let from = match number {
                0 => format!("[0:{}]", video.index),
                _ => format!("[s{number}]"),
            };
            let mut steps = if number == 0 { std::mem::take(&mut first) } else { Vec::new() };
            steps.push(format!("scale={}:{}:flags=bicubic:out_range=tv,setsar=1", rung.width, rung.height));
            if number == 0 {
                steps.extend(video.hdr.map(|_| TONE_MAP.to_owned()));
                steps.push("format=yuv420p".to_owned());
            }
            let to = match number + 1 {
                next if next < self.rungs.len() => {
                    steps.push("split".to_owned());
                    format!("[v{number}][s{next}]")
                }
                _ => format!("[v{number}]"),
            };
            chains.push(format!("{from}{}{to}", steps.join(",")));
        }
        chains.join(";")
    }

    fn pictures(&self, rung: &Rung) -> Vec<OsString> {
        let key_frames = match self.key_frames {
            // A hair before, so that no rounding misses the picture itself.
            Some(times) => {
                let times = times.iter().map(|time| format!("{:.3}", (time - 0.002).max(0.0)));
                times.collect::<Vec<_>>().join(",")
            }
            None => format!("expr:gte(t,n_forced*{SEGMENT})"),
        };
        let mut list = encoder(rung, self.preset);
        list.extend(arguments(["-force_key_frames", &key_frames]));
        list
    }
}

/// What is bright is made as bright as usual screens are, at the size that is made.
const TONE_MAP: &str = "zscale=t=linear:npl=100:pin=bt2020:min=bt2020nc:rin=tv,format=gbrpf32le,zscale=p=bt709,\
     tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:p=bt709:r=tv";

fn sound_arguments(sound: &SoundStream) -> Vec<OsString> {
    let channels = sound.channels.clamp(1, 2);
    let hertz = if sound.sample_rate == 44_100 { 44_100 } else { 48_000 };
    // Gaps become silence, and what begins later than the pictures does so here.
    let filter =
        format!("aresample={hertz}:async=1000:first_pts=0,atrim=start_sample={PRIMING},asetpts=N/SR/TB");
    let rate = if channels == 1 { "96k" } else { "128k" };
    let mut list =
        arguments(["-map", &format!("0:{}", sound.index), "-map_metadata", "-1", "-map_chapters", "-1"]);
    list.extend(arguments(["-c:a", "aac", "-b:a", rate, "-ac", &channels.to_string(), "-af", &filter]));
    if let Some(language) = &sound.language {
        list.extend(arguments(["-metadata:s:a:0", &format!("language={language}")]));
    }
    let longest = (SEGMENT * 1e6).to_string();
    list.extend(arguments(["-movflags", "+cmaf+global_sidx", "-frag_duration", &longest]));
    list
}

/// Where segments of a video begin that is taken as it is, in seconds; `None` if its key frames don't suit.
pub fn key_frames(
    film: &Film,
    source: &Source<'_>,
    limits: &Limits,
    stop: &Stop,
) -> Result<Option<Vec<f64>>, Fault> {
    let mut list = arguments(["-v", "error", "-select_streams", &source.video.index.to_string()]);
    list.extend(arguments(["-show_entries", "packet=pts_time,flags:format=start_time", "-of", "csv"]));
    list.extend(input(source.path, source.format));
    let (mut found, mut last, mut start) = (Vec::new(), 0.0_f64, 0.0);
    let mut begins_with_one = None;
    let asked = run(&film.ffprobe, &list, limits, stop, |line| {
        let mut fields = line.split(',');
        let (kind, time) = (fields.next(), fields.next().and_then(|time| time.parse::<f64>().ok()));
        match (kind, time) {
            (Some("packet"), Some(time)) => {
                last = last.max(time);
                let is_key = fields.next().is_some_and(|flags| flags.starts_with('K'));
                begins_with_one.get_or_insert(is_key);
                if is_key {
                    found.push(time);
                }
            }
            (Some("format"), Some(time)) => start = time,
            _ => {}
        }
    });
    match asked {
        Ok(()) if begins_with_one == Some(true) => {}
        Ok(()) | Err(Fault::Failed(..)) => return Ok(None),
        Err(fault) => return Err(fault),
    }
    Ok(segments(&found, last).map(|times| times.into_iter().map(|time| time - start).collect()))
}

/// The key frames that begin segments: each the first one after the shortest time.
fn segments(key_frames: &[f64], last: f64) -> Option<Vec<f64>> {
    let mut chosen: Vec<f64> = vec![*key_frames.first()?];
    for time in key_frames {
        if *time - chosen.last()? >= SEGMENT * 0.975 {
            chosen.push(*time);
        }
    }
    let ends = chosen.iter().skip(1).copied().chain([last]);
    let fit = chosen.iter().zip(ends).all(|(begin, end)| end - begin <= LONGEST_SEGMENT);
    fit.then_some(chosen)
}

/// What encoding may take: memory, and time by how long the video is.
pub fn limits(video: &VideoFacts, memory: u64, most: Duration, plan_bits: u64) -> Limits {
    let seconds = video.duration.clamp(1.0, 1e7);
    Limits {
        memory,
        // The slowest preset takes about a minute of one core for a second of film.
        cpu: Duration::from_secs_f64(600.0 + seconds * 240.0),
        wall: most,
        output: (plan_bits as f64 / 8.0 * (seconds + 60.0) * 2.0) as u64 + (64 << 20),
        nice: 10,
    }
}
