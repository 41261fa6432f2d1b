//! Pictures of a video: posters, a sheet of small stills, a preview that moves. They are made of a rendition, whose key frames
//! lie close together, and never of the file that came in.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Film, arguments};
use crate::child::{Fault, Limits, Stop, run};
use facts::Storyboard;

/// Posters of a video.
pub const POSTERS: usize = 4;
/// Stills that are looked at for each poster.
const CANDIDATES: usize = 3;
/// Stills on a storyboard, and in one of its rows.
const MOST_TILES: f64 = 100.0;
const COLUMNS: u32 = 10;
/// Longest side of a still on a storyboard, in pixels.
const TILE: u32 = 160;
/// Shortest time between two of them, in seconds.
const SHORTEST_STEP: f64 = 1.0;
/// Parts of a preview, and how long each is, in seconds.
const PARTS: usize = 5;
const PART: f64 = 0.6;
/// Longest side of a preview, in pixels, and its pictures a second.
const PREVIEW: u32 = 320;
const PREVIEW_RATE: u32 = 10;
/// Side of a still when it is judged, in pixels.
const JUDGED: u32 = 256;

const LIMITS: Limits = Limits {
    memory: 4 << 30,
    cpu: Duration::from_secs(300),
    wall: Duration::from_secs(600),
    output: 256 << 20,
    nice: 10,
};

/// A rendition to make pictures of.
#[derive(Debug, Clone, Copy)]
pub struct Moving<'a> {
    /// Its file.
    pub path: &'a Path,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Seconds.
    pub duration: f64,
    /// Pictures a second.
    pub frame_rate: f64,
    /// Key frames in it.
    pub key_frames: usize,
}

impl Moving<'_> {
    /// How many pictures it has, about.
    fn frames(&self) -> f64 {
        (self.duration * self.frame_rate).round().max(1.0)
    }

    /// Width and height that fit into a square; even.
    fn within(&self, side: u32) -> (u32, u32) {
        let share = (f64::from(side) / f64::from(self.width.max(self.height).max(1))).min(1.0);
        let even = |length: u32| ((f64::from(length) * share / 2.0).round() as u32 * 2).max(2);
        (even(self.width), even(self.height))
    }

    fn input_at(&self, seconds: f64) -> Vec<std::ffi::OsString> {
        let mut list =
            arguments(["-ss", &format!("{seconds:.3}"), "-f", "mov", "-protocol_whitelist", "file"]);
        list.push("-i".into());
        list.push(self.path.into());
        list
    }
}

const QUIET: [&str; 4] = ["-hide_banner", "-nostdin", "-v", "error"];

/// Stills from all parts of a video, as JPEG files in `folder`, in order. Black, flat and blurred ones are left out where
/// there are others.
pub fn posters(film: &Film, of: &Moving<'_>, folder: &Path, stop: &Stop) -> Result<Vec<PathBuf>, Fault> {
    let posters = POSTERS.min(of.frames() as usize);
    let candidates = if of.frames() < (posters * CANDIDATES) as f64 { 1 } else { CANDIDATES };
    let count = posters * candidates;
    let path = |number: usize| folder.join(format!("still-{number}.jpg"));
    let mut list = arguments(QUIET);
    if of.key_frames >= count {
        // A key frame costs the decoder one picture; any other one all those since the key frame before it.
        for number in 0..count {
            list.extend(arguments(["-noaccurate_seek", "-skip_frame", "nokey"]));
            list.extend(of.input_at(of.duration * (number as f64 + 0.5) / count as f64));
        }
        for number in 0..count {
            list.extend(arguments(["-map", &format!("{number}:v:0"), "-frames:v", "1", "-q:v", "2"]));
            list.extend(arguments(["-f", "image2", "-update", "1"]));
            list.push(path(number).into());
        }
    } else {
        list.extend(arguments(["-skip_frame", "noref"]));
        list.extend(of.input_at(0.0));
        let filter = format!("fps={count}/{:.3}", of.duration.max(0.001));
        list.extend(arguments([
            "-vf",
            &filter,
            "-frames:v",
            &count.to_string(),
            "-q:v",
            "2",
            "-f",
            "image2",
        ]));
        list.extend(arguments(["-start_number", "0"]));
        list.push(folder.join("still-%d.jpg").into());
    }
    run(&film.ffmpeg, &list, &LIMITS, stop, |_| {})?;
    let taken = (0..count).map(path).filter(|path| path.exists());
    let judged: Vec<(f64, PathBuf)> = taken.map(|path| (worth(&path), path)).collect();
    let chosen = judged.chunks(candidates).filter_map(|part| {
        let best = part.iter().max_by(|one, other| one.0.total_cmp(&other.0))?;
        Some(best.1.clone())
    });
    Ok(chosen.take(POSTERS).collect())
}

/// How much there is to see in a still: contrast counts up to what pictures usually have, then fine detail does.
fn worth(path: &Path) -> f64 {
    let Some(picture) = fs::read(path).ok().and_then(|bytes| image::load_from_memory(&bytes).ok()) else {
        return -1.0;
    };
    let small = picture.thumbnail(JUDGED, JUDGED).to_luma8();
    let count = f64::from(small.width() * small.height());
    let mean = small.pixels().map(|pixel| f64::from(pixel.0[0])).sum::<f64>() / count;
    let spread = small.pixels().map(|pixel| (f64::from(pixel.0[0]) - mean).powi(2)).sum::<f64>() / count;
    let at = |x: u32, y: u32| f64::from(small.get_pixel(x, y).0[0]);
    let mut detail = 0.0;
    for y in 1..small.height().saturating_sub(1) {
        for x in 1..small.width().saturating_sub(1) {
            let edges = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4.0 * at(x, y);
            detail += edges.abs();
        }
    }
    spread.sqrt().min(40.0) / 40.0 + (detail / count).min(20.0) / 20.0
}

/// Small stills of all of a video on one sheet, a JPEG, and what is where on it.
pub fn storyboard(film: &Film, of: &Moving<'_>, to: &Path, stop: &Stop) -> Result<Storyboard, Fault> {
    let interval = (of.duration / MOST_TILES).max(SHORTEST_STEP);
    let count = ((of.duration / interval).ceil() as u32).max(1);
    let (width, height) = of.within(TILE);
    let columns = COLUMNS.min(count);
    let board = Storyboard { columns, rows: count.div_ceil(columns), width, height, interval, count };
    let mut list = arguments(QUIET);
    if interval >= super::encode::SEGMENT {
        list.extend(arguments(["-skip_frame", "nokey"]));
    }
    list.extend(of.input_at(0.0));
    // The first still stands for the first moment, and the last one goes on to the end.
    let filter = format!(
        "fps=1/{interval}:start_time=0:round=up,scale={width}:{height}:flags=area,tpad=stop=-1:stop_mode=clone,\
         trim=end_frame={count},tile={columns}x{}:padding=0:margin=0",
        board.rows
    );
    list.extend(arguments(["-vf", &filter, "-frames:v", "1", "-q:v", "5", "-f", "image2", "-update", "1"]));
    list.push(to.into());
    run(&film.ffmpeg, &list, &LIMITS, stop, |_| {})?;
    Ok(board)
}

/// Where on a storyboard which moment is, in WebVTT: `sheet` is the sheet's address as seen from it.
pub fn storyboard_cues(board: &Storyboard, duration: f64, sheet: &str) -> String {
    let mut text = String::from("WEBVTT\n");
    for number in 0..board.count {
        let (from, to) = (f64::from(number) * board.interval, f64::from(number + 1) * board.interval);
        let (x, y) = (number % board.columns * board.width, number / board.columns * board.height);
        let to = if number + 1 == board.count { duration.max(from + 0.001) } else { to };
        let (from, to) = (clock(from), clock(to));
        text.push_str(&format!("\n{from} --> {to}\n{sheet}#xywh={x},{y},{},{}\n", board.width, board.height));
    }
    text
}

fn clock(seconds: f64) -> String {
    let millis = (seconds * 1000.0).round() as u64;
    let (hours, minutes) = (millis / 3_600_000, millis / 60_000 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:03}", millis / 1000 % 60, millis % 1000)
}

/// Some seconds from all parts of a video as an animated WebP.
pub fn preview(film: &Film, of: &Moving<'_>, to: &Path, stop: &Stop) -> Result<(), Fault> {
    let whole = of.duration <= PART * PARTS as f64;
    let parts = if whole { 1 } else { PARTS };
    let length = if whole { of.duration } else { PART };
    let mut list = arguments(QUIET);
    let mut joined = String::new();
    for number in 0..parts {
        let at = (of.duration - length) * (number as f64 + 0.5) / parts as f64;
        list.extend(arguments(["-t", &format!("{length:.3}")]));
        list.extend(of.input_at(if whole { 0.0 } else { at }));
        joined.push_str(&format!("[{number}:v:0]"));
    }
    let (width, height) = of.within(PREVIEW);
    // Rounded up, so that a video of one picture has one.
    let filter = format!(
        "{joined}concat=n={parts}:v=1:a=0,fps={PREVIEW_RATE}:round=up,scale={width}:{height}:flags=area,format=yuv420p"
    );
    list.extend(arguments(["-filter_complex", &filter, "-c:v", "libwebp_anim", "-quality", "60"]));
    list.extend(arguments(["-compression_level", "3", "-loop", "0", "-f", "webp"]));
    list.push(to.into());
    run(&film.ffmpeg, &list, &LIMITS, stop, |_| {})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_of_a_storyboard_name_each_still_and_end_with_the_video() {
        let board = Storyboard { columns: 2, rows: 2, width: 160, height: 90, interval: 1.0, count: 3 };
        let cues = storyboard_cues(&board, 2.6, "storyboard.jpg");
        assert!(
            cues.starts_with("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nstoryboard.jpg#xywh=0,0,160,90\n")
        );
        assert!(cues.ends_with("\n00:00:02.000 --> 00:00:02.600\nstoryboard.jpg#xywh=0,90,160,90\n"));
    }
}
