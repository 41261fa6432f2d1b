//! Files for tests, made by ffmpeg when they are needed.
#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{ComposeError, Movie, Track, TrackError, compose};

pub(crate) const X264: &str =
    "-c:v libx264 -preset veryfast -x264-params keyint=infinite:scenecut=0:bframes=3";
const VIDEO: &str =
    "-force_key_frames expr:gte(t,n_forced*1) -movflags +cmaf+frag_keyframe+global_sidx -f mp4";
const AUDIO: &str = "-movflags +cmaf+global_sidx -frag_duration 1000000 -f mp4";

/// What a tool prints; it must succeed and complain of nothing.
pub(crate) fn run(tool: &str, folder: &Path, arguments: &[&str]) -> String {
    let output =
        Command::new(tool).args(["-v", "error"]).args(arguments).current_dir(folder).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    let complaint: Vec<&str> = complaint
        .lines()
        .filter(|line| !line.starts_with("Svt[") && !line.starts_with("x265 [") && !line.is_empty())
        .filter(|line| !line.starts_with("encoded "))
        .collect();
    assert!(output.status.success() && complaint.is_empty(), "{arguments:?}: {complaint:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn encoded(folder: &Path, name: &str, source: &str, options: &str, container: &str) -> PathBuf {
    let mut arguments: Vec<&str> = source.split(' ').collect();
    arguments.extend(options.split(' '));
    arguments.extend(container.split(' '));
    arguments.extend(["-y", name]);
    run("ffmpeg", folder, &arguments);
    folder.join(name)
}

/// A track file with a segment for each second of a moving picture: as in `160x90:r=25:d=3`.
pub(crate) fn video(folder: &Path, name: &str, picture: &str, codec: &str) -> PathBuf {
    encoded(folder, name, &format!("-f lavfi -i testsrc2=s={picture}"), codec, VIDEO)
}

/// A track file with a segment for each second of a tone: as in `d=3:r=48000`.
pub(crate) fn audio(folder: &Path, name: &str, tone: &str, codec: &str) -> PathBuf {
    encoded(folder, name, &format!("-f lavfi -i sine={tone}"), codec, AUDIO)
}

/// The head of a file, read in steps as a server would.
pub(crate) fn track(path: &Path) -> Track {
    let bytes = std::fs::read(path).unwrap();
    let mut length = 16;
    loop {
        match Track::parse(&bytes[..length]) {
            Ok(track) => return track,
            Err(TrackError::NeedsMore(more)) => {
                assert!(more > length && more <= bytes.len(), "{more} after {length}");
                length = more;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Composes files, and counts the reads.
pub(crate) fn composed(paths: &[PathBuf]) -> Result<(Movie, usize), ComposeError> {
    let tracks: Vec<Track> = paths.iter().map(|path| track(path)).collect();
    let files: Vec<File> = paths.iter().map(|path| File::open(path).unwrap()).collect();
    let mut reads = 0;
    let mut read = |track: usize, range: std::ops::Range<u64>| {
        reads += 1;
        let mut bytes = vec![0; (range.end - range.start) as usize];
        files[track].read_exact_at(&mut bytes, range.start)?;
        Ok(bytes)
    };
    let movie = compose(&tracks, &mut read)?;
    Ok((movie, reads))
}

/// The bytes of a movie whose tracks are those files.
pub(crate) fn whole(movie: &Movie, paths: &[PathBuf]) -> Vec<u8> {
    let mut whole = movie.head.clone();
    for piece in &movie.pieces {
        let bytes = std::fs::read(&paths[piece.track]).unwrap();
        whole.extend_from_slice(&bytes[piece.bytes.start as usize..piece.bytes.end as usize]);
    }
    whole
}
