//! Sounds: forms that play everywhere, how loud they are, and what they look like.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use contract::formats::Format;
use serde_json::json;

use super::encode::{Progress, Written};
use super::input::input;
use super::{Film, arguments};
use crate::child::{Fault, Limits, Stop, run};
use facts::{SoundFacts, SoundRendition};

/// Hertz of the samples that a waveform is drawn of.
const DRAWN: u32 = 8_000;
/// Fewest samples of one point of a waveform, and about the most points.
const FEWEST: u64 = 128;
const POINTS: u64 = 4_000;
/// The picture of a waveform, in pixels, and its colour.
const PICTURE: (u32, u32) = (1800, 280);
const INK: [u8; 4] = [0x3b, 0x82, 0xf6, 0xff];

/// Formats whose sounds lose nothing, so that a better rendition is worth its bytes.
const LOSSLESS: [&str; 5] = ["wav", "flac", "aiff", "wv", "caf"];

/// A sound that is to be made playable everywhere.
#[derive(Debug, Clone, Copy)]
pub struct Listening<'a> {
    /// The programs.
    pub film: &'a Film,
    /// Where it lies.
    pub path: &'a Path,
    /// What it is.
    pub format: &'static Format,
    /// What is known of it.
    pub sound: &'a SoundFacts,
    /// The folder for what is made.
    pub folder: &'a Path,
    /// What the run may take.
    pub limits: Limits,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// Renditions, the optimal one first.
    pub renditions: Vec<(SoundRendition, PathBuf)>,
    /// LUFS; none for silence.
    pub loudness: Option<f64>,
    /// Seconds, counted.
    pub duration: f64,
    /// Everything else that has an asset: `waveform.json`, `waveform.png`.
    pub drawn: Vec<Written>,
}

impl Listening<'_> {
    /// Runs it, in the thread of the caller.
    pub fn run(&self, stop: &Stop, mut progress: impl FnMut(Progress)) -> Result<Heard, Fault> {
        let samples = self.folder.join("samples");
        let mut loudness = None;
        let mut now = Progress::default();
        let wanted = self.renditions();
        run(&self.film.ffmpeg, &self.arguments(&wanted, &samples), &self.limits, stop, |line| {
            if let Some(lufs) = line.strip_prefix("lavfi.r128.I=") {
                loudness = lufs.parse::<f64>().ok();
            } else if now.hears(line) {
                progress(now);
            }
        })?;
        let (duration, drawn) = self.draw(&samples)?;
        let mut renditions = Vec::new();
        for (quality, format) in wanted {
            let path = self.folder.join(format!("{quality}.{format}"));
            let size = fs::metadata(&path)?.len();
            renditions.push((SoundRendition { quality, format: format.to_owned(), size }, path));
        }
        // Below -70 there is nothing to be heard: the measure ends there.
        Ok(Heard { renditions, loudness: loudness.filter(|lufs| *lufs > -70.0), duration, drawn })
    }

    fn renditions(&self) -> Vec<(String, &'static str)> {
        let mut wanted = vec![("128kbs".to_owned(), "mp3"), ("192kbs".to_owned(), "m4a")];
        if LOSSLESS.contains(&self.format.name) {
            wanted.push(("320kbs".to_owned(), "mp3"));
        }
        wanted
    }

    fn arguments(&self, wanted: &[(String, &str)], samples: &Path) -> Vec<std::ffi::OsString> {
        let stream = &self.sound.stream;
        let mut list = arguments(["-hide_banner", "-nostdin", "-v", "error", "-progress", "pipe:1"]);
        list.extend(arguments(["-stats_period", "0.5"]));
        list.extend(input(self.path, self.format));
        let mut filter = format!("[0:{}]asplit={}", stream.index, wanted.len() + 2);
        (0..wanted.len()).for_each(|number| filter.push_str(&format!("[a{number}]")));
        filter.push_str(
            "[drawn][heard];[heard]ebur128=metadata=1,ametadata=print:key=lavfi.r128.I:file=-[loud]",
        );
        list.extend(arguments(["-filter_complex", &filter]));
        let channels = stream.channels.clamp(1, 2).to_string();
        let hertz = if stream.sample_rate == 44_100 { "44100" } else { "48000" };
        for (number, (quality, format)) in wanted.iter().enumerate() {
            list.extend(arguments([
                "-map",
                &format!("[a{number}]"),
                "-map_metadata",
                "0",
                "-map_chapters",
                "-1",
            ]));
            let rate = quality.replace("kbs", "k");
            list.extend(arguments(["-ac", &channels, "-ar", hertz, "-b:a", &rate]));
            list.extend(match *format {
                "mp3" => arguments(["-c:a", "libmp3lame", "-id3v2_version", "3", "-f", "mp3"]),
                _ => arguments(["-c:a", "aac", "-movflags", "+faststart", "-f", "ipod"]),
            });
            list.push(self.folder.join(format!("{quality}.{format}")).into());
        }
        list.extend(arguments(["-map", "[drawn]", "-ac", "1", "-ar", &DRAWN.to_string(), "-f", "s16le"]));
        list.push(samples.into());
        list.extend(arguments(["-map", "[loud]", "-f", "null", "-"]));
        list
    }

    /// The waveform, as numbers and as a picture; and how long the sound is.
    fn draw(&self, samples: &Path) -> io::Result<(f64, Vec<Written>)> {
        let count = fs::metadata(samples)?.len() / 2;
        let each = (count / POINTS).max(FEWEST);
        let points = extremes(&mut BufReader::new(File::open(samples)?), each)?;
        fs::remove_file(samples)?;
        let data: Vec<i8> =
            points.iter().flat_map(|(low, high)| [(low >> 8) as i8, (high >> 8) as i8]).collect();
        // The form that players draw from: of the programs `audiowaveform` and `peaks.js`.
        let numbers = json!({
            "version": 2, "channels": 1, "sample_rate": DRAWN, "samples_per_pixel": each, "bits": 8,
            "length": points.len(), "data": data,
        });
        let written = |key: &str| Written { key: key.to_owned(), path: self.folder.join(key) };
        let (json, png) = (written("waveform.json"), written("waveform.png"));
        fs::write(&json.path, numbers.to_string())?;
        fs::write(&png.path, picture(&points)?)?;
        Ok((count as f64 / f64::from(DRAWN), vec![json, png]))
    }
}

/// The lowest and highest sample of each group.
fn extremes(samples: &mut impl Read, each: u64) -> io::Result<Vec<(i16, i16)>> {
    let mut points = Vec::new();
    let mut group = Vec::new();
    loop {
        group.clear();
        samples.by_ref().take(each * 2).read_to_end(&mut group)?;
        let values = group.as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair));
        let (mut low, mut high) = (i16::MAX, i16::MIN);
        for value in values {
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            return Ok(points);
        }
        points.push((low, high));
    }
}

/// A waveform on nothing, as a PNG: bars around the middle.
fn picture(points: &[(i16, i16)]) -> io::Result<Vec<u8>> {
    let (width, height) = PICTURE;
    let mut pixels = vec![0; (width * height * 4) as usize];
    let middle = f64::from(height) / 2.0;
    for x in 0..width as usize {
        let from = x * points.len() / width as usize;
        let to = ((x + 1) * points.len()).div_ceil(width as usize).max(from + 1);
        let Some(part) = points.get(from..to.min(points.len())) else { continue };
        let low = part.iter().map(|point| point.0).min().unwrap_or(0);
        let high = part.iter().map(|point| point.1).max().unwrap_or(0);
        let row = |value: i16| (middle - f64::from(value) / 32768.0 * (middle - 1.0)) as usize;
        for y in row(high)..=row(low).max(row(high)).min(height as usize - 1) {
            let at = (y * width as usize + x) * 4;
            pixels[at..at + 4].copy_from_slice(&INK);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(io::Error::other)?;
    writer.write_image_data(&pixels).map_err(io::Error::other)?;
    writer.finish().map_err(io::Error::other)?;
    Ok(bytes)
}

/// The cover of a sound as a JPEG; `None` if there is none that can be read.
pub fn cover(listening: &Listening<'_>, to: &Path, stop: &Stop) -> Result<bool, Fault> {
    let Some(index) = listening.sound.cover_index else { return Ok(false) };
    let mut list = arguments(["-hide_banner", "-nostdin", "-v", "error"]);
    list.extend(input(listening.path, listening.format));
    list.extend(arguments(["-map", &format!("0:{index}"), "-frames:v", "1", "-q:v", "2", "-f", "image2"]));
    list.extend(arguments(["-update", "1"]));
    list.push(to.into());
    let short = Limits { wall: Duration::from_secs(60), ..listening.limits };
    match run(&listening.film.ffmpeg, &list, &short, stop, |_| {}) {
        Ok(()) => Ok(to.exists()),
        Err(Fault::Failed(..)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waveform_has_the_extremes_of_each_group_and_of_the_rest() {
        let bytes: Vec<u8> = [1_i16, -5, 7, 0, 300].iter().flat_map(|value| value.to_le_bytes()).collect();
        assert_eq!(extremes(&mut bytes.as_slice(), 2).expect("read"), [(-5, 1), (0, 7), (300, 300)]);
    }
}
