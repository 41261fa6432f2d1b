//! The normal MP4 of several track files: a head that is made here, and byte ranges of the files behind it.

use std::io;
use std::ops::Range;

use super::Malformed;
use super::boxes::{Header, LONGEST_HEADER};
use super::fragment::{self, Place};
use super::head;
use super::samples::{Full, MOST_SAMPLES, Samples};
use super::source::Source;
use super::track::{Segment, Shape, Track};

/// Tracks that a movie may have.
const MOST_TRACKS: usize = 16;

/// Bytes that are read of a segment at first; most `moof` boxes are shorter.
const FIRST_READ: u64 = 4096;

/// Bytes that a `moof` box may have: room for a million samples.
const LONGEST_MOOF: u64 = 16 << 20;

/// Bytes that `ftyp` and `moov` of a track may have.
const LONGEST_INIT: u64 = 16 << 20;

/// Boxes that a segment may have.
const MOST_BOXES: usize = 64;

/// A normal MP4 with its index in front, of which only the head is in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movie {
    /// Everything before the first byte of a track: `ftyp`, `moov` and the header of `mdat`.
    pub head: Vec<u8>,
    /// What follows, in order. Pieces that touch are one.
    pub pieces: Vec<Piece>,
    length: u64,
}

/// Bytes of a track file that are part of a movie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Which of the tracks, from 0 in the order they were given.
    pub track: usize,
    /// Where they lie in its file.
    pub bytes: Range<u64>,
}

/// Why no movie could be made.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// There are none, or too many.
    #[error("a movie has one to {MOST_TRACKS} tracks")]
    Tracks,
    /// The tables of so many would take too much memory.
    #[error("the tracks have more than {MOST_SAMPLES} samples")]
    TooManySamples,
    /// A track file doesn't hold what its own index or boxes say.
    #[error("a track file is malformed: {0}")]
    Malformed(&'static str),
    /// A track file could not be read.
    #[error("a track file could not be read")]
    Read(#[from] io::Error),
}

impl From<Malformed> for ComposeError {
    fn from(Malformed(what): Malformed) -> ComposeError {
        ComposeError::Malformed(what)
    }
}

impl From<Full> for ComposeError {
    fn from(full: Full) -> ComposeError {
        match full {
            Full::Malformed(malformed) => malformed.into(),
            Full::TooMany => ComposeError::TooManySamples,
        }
    }
}

impl Movie {
    /// Bytes of the whole file.
    pub fn length(&self) -> u64 {
        self.length
    }
}

/// Composes the normal MP4 of a video track and some audio tracks, or of audio tracks alone. `read` gives the bytes
/// of a track that lie in a range; it is called once for each track and once for each segment, twice where the list
/// of a segment's samples is longer than 4 KiB. Memory is needed for the lists alone.
///
/// # Errors
///
/// [`ComposeError::Malformed`] also when `read` gives fewer bytes than it is asked for.
pub fn compose(
    tracks: &[Track],
    read: &mut dyn FnMut(usize, Range<u64>) -> io::Result<Vec<u8>>,
) -> Result<Movie, ComposeError> {
    if tracks.is_empty() || tracks.len() > MOST_TRACKS {
        return Err(ComposeError::Tracks);
    }
    let mut room = MOST_SAMPLES;
    let (mut inits, mut gathered) = (Vec::new(), Vec::new());
    for (number, track) in tracks.iter().enumerate() {
        let mut file = File { track: number, read: &mut *read };
        if track.init.end.saturating_sub(track.init.start) > LONGEST_INIT {
            return Err(ComposeError::Malformed("its head is longer than 16 MiB"));
        }
        let init = file.bytes(track.init.clone())?;
        let samples = gather(track, &Source::read(&init)?, &mut file, room)?;
        room = room.saturating_sub(samples.count());
        inits.push(init);
        gathered.push(samples);
    }
    let sources = inits.iter().map(|init| Source::read(init));
    let sources = sources.collect::<Result<Vec<_>, _>>()?;
    let order = interleaved(tracks, &gathered);
    let (head, length) = head::write(&sources, &gathered, &order)?;
    Ok(Movie { head, pieces: pieces(&gathered, &order), length })
}

/// One track file.
struct File<'a> {
    track: usize,
    read: &'a mut dyn FnMut(usize, Range<u64>) -> io::Result<Vec<u8>>,
}

impl File<'_> {
    fn bytes(&mut self, range: Range<u64>) -> Result<Vec<u8>, ComposeError> {
        let length = range.end.saturating_sub(range.start);
        let bytes = (self.read)(self.track, range)?;
        if bytes.len() as u64 == length {
            Ok(bytes)
        } else {
            Err(ComposeError::Malformed("it ends before its index does"))
        }
    }
}

/// The samples of all segments of a track.
fn gather(track: &Track, source: &Source, file: &mut File, room: usize) -> Result<Samples, ComposeError> {
    let mut samples = Samples::new(room);
    for (number, segment) in (0..).zip(&track.segments) {
        let mut window =
            Window { file, end: segment.bytes.end, start: segment.bytes.start, bytes: Vec::new() };
        window.fragments(segment, |moof, mut place| {
            place.segment = number;
            fragment::read(moof, &place, &source.defaults, &mut samples)
        })?;
    }
    samples.finish()?;
    Ok(samples)
}

/// The part of a segment that is in memory.
struct Window<'a, 'b> {
    file: &'a mut File<'b>,
    /// Where the segment ends.
    end: u64,
    start: u64,
    bytes: Vec<u8>,
}

impl Window<'_, '_> {
    /// Hands out each `moof` box of a segment, with where it and the `mdat` box behind it lie.
    fn fragments(
        &mut self,
        segment: &Segment,
        mut found: impl FnMut(&[u8], Place) -> Result<(), Full>,
    ) -> Result<(), ComposeError> {
        let mut at = segment.bytes.start;
        let mut moof: Option<(Vec<u8>, u64)> = None;
        let mut any = false;
        for _ in 0..MOST_BOXES {
            if at >= self.end {
                break;
            }
            let (header, end) = self.header(at)?;
            match &header.kind {
                b"moof" => {
                    let content = self.moof(at, end)?;
                    moof = Some((content.get(header.length as usize..).unwrap_or(&[]).to_vec(), at));
                }
                b"mdat" => {
                    let (content, start) = moof.take().ok_or(Malformed("mdat comes without moof"))?;
                    let place = Place { moof: start, data: at + header.length..end, segment: 0 };
                    found(&content, place)?;
                    any = true;
                }
                _ => {}
            }
            at = end;
        }
        if at == self.end && moof.is_none() && any {
            Ok(())
        } else {
            Err(ComposeError::Malformed("a segment isn't moof and mdat"))
        }
    }

    /// The header of the box that begins there, and where the box ends.
    fn header(&mut self, at: u64) -> Result<(Header, u64), ComposeError> {
        let bytes = self.get(at..at.saturating_add(LONGEST_HEADER as u64))?;
        let header = Header::parse(bytes)?.ok_or(OUTSIDE)?;
        let end = header.size.and_then(|size| at.checked_add(size));
        let end = end.filter(|end| *end <= self.end).ok_or(OUTSIDE)?;
        Ok((header, end))
    }

    fn moof(&mut self, start: u64, end: u64) -> Result<&[u8], ComposeError> {
        let length = end - start;
        if length > LONGEST_MOOF {
            return Err(ComposeError::Malformed("a moof is longer than 16 MiB"));
        }
        // With what follows, so that it needn't be read on its own.
        let bytes = self.get(start..end.saturating_add(LONGEST_HEADER as u64))?;
        Ok(bytes.get(..length as usize).ok_or(OUTSIDE)?)
    }

    /// Bytes of the segment; fewer where it ends.
    fn get(&mut self, range: Range<u64>) -> Result<&[u8], ComposeError> {
        let range = range.start..range.end.min(self.end);
        let held = self.start..self.start + self.bytes.len() as u64;
        if range.start < held.start || range.end > held.end {
            let ahead = range.start.saturating_add(FIRST_READ).min(self.end);
            self.start = range.start;
            self.bytes = self.file.bytes(range.start..range.end.max(ahead))?;
        }
        let from = usize::try_from(range.start - self.start).map_err(|_| OUTSIDE)?;
        let length = usize::try_from(range.end.saturating_sub(range.start)).map_err(|_| OUTSIDE)?;
        let rest = self.bytes.get(from..).ok_or(OUTSIDE)?;
        Ok(rest.get(..length).ok_or(OUTSIDE)?)
    }
}

const OUTSIDE: Malformed = Malformed("a box goes on behind its segment");

/// The chunks of all tracks in the order in which they are to lie: a segment of the first video track, then those of
/// the others that begin before its next one.
fn interleaved(tracks: &[Track], gathered: &[Samples]) -> Vec<(usize, usize)> {
    let leads = |track: &Track| matches!(track.shape, Shape::Video { .. });
    let lead = tracks.iter().position(leads).unwrap_or(0);
    let mut next = vec![0; tracks.len()];
    let mut order = Vec::with_capacity(gathered.iter().map(|samples| samples.chunks.len()).sum());
    let Some((leader, samples)) = tracks.get(lead).zip(gathered.get(lead)) else {
        return order;
    };
    for (chunk, bytes) in samples.chunks.iter().enumerate() {
        order.push((lead, chunk));
        let until = samples.chunks.get(chunk + 1).map(|next| next.segment);
        if until == Some(bytes.segment) {
            continue;
        }
        let until = until.and_then(|segment| leader.segments.get(segment as usize));
        for (number, (track, samples)) in tracks.iter().zip(gathered).enumerate() {
            let Some(next) = next.get_mut(number).filter(|_| number != lead) else {
                continue;
            };
            let comes = |chunk: &super::samples::Chunk| {
                let own = track.segments.get(chunk.segment as usize);
                until.zip(own).is_none_or(|(until, own)| {
                    // Ticks of different lengths are compared as fractions.
                    u128::from(own.start) * u128::from(leader.timescale)
                        < u128::from(until.start) * u128::from(track.timescale)
                })
            };
            while samples.chunks.get(*next).is_some_and(comes) {
                order.push((number, *next));
                *next += 1;
            }
        }
    }
    order
}

/// The bytes of the chunks, in that order.
fn pieces(gathered: &[Samples], order: &[(usize, usize)]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (track, chunk) in order {
        let Some(chunk) = gathered.get(*track).and_then(|samples| samples.chunks.get(*chunk)) else {
            continue;
        };
        match pieces.last_mut() {
            Some(last) if last.track == *track && last.bytes.end == chunk.bytes.start => {
                last.bytes.end = chunk.bytes.end;
            }
            _ if chunk.bytes.is_empty() => {}
            _ => pieces.push(Piece { track: *track, bytes: chunk.bytes.clone() }),
        }
    }
    pieces
}
