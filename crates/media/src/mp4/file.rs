//! Track files on this machine.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::{Movie, Track, TrackError, compose};

/// Bytes of a head that are read at first.
const HEAD: usize = 64 << 10;

/// What a track file holds, as its head tells.
pub fn read_head(path: &Path) -> io::Result<Track> {
    let mut file = File::open(path)?;
    let (mut head, mut needed) = (Vec::new(), HEAD);
    loop {
        let missing = (needed - head.len()) as u64;
        let read = file.by_ref().take(missing).read_to_end(&mut head)?;
        match Track::parse(&head) {
            Ok(track) => return Ok(track),
            Err(TrackError::NeedsMore(more)) if read as u64 == missing && more > head.len() => needed = more,
            Err(error) => return Err(io::Error::other(error)),
        }
    }
}

/// The normal MP4 of some track files.
pub fn compose_files<P: AsRef<Path>>(paths: &[P]) -> io::Result<Movie> {
    let tracks = paths.iter().map(|path| read_head(path.as_ref())).collect::<io::Result<Vec<_>>>()?;
    let files = paths.iter().map(File::open).collect::<io::Result<Vec<_>>>()?;
    let mut read = |track: usize, range: Range<u64>| {
        let file = files.get(track).ok_or(io::ErrorKind::InvalidInput)?;
        let mut bytes = vec![0; usize::try_from(range.end - range.start).map_err(io::Error::other)?];
        file.read_exact_at(&mut bytes, range.start)?;
        Ok(bytes)
    };
    compose(&tracks, &mut read).map_err(io::Error::other)
}
