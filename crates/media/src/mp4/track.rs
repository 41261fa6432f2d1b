//! The head of a CMAF track file: what it holds and where its segments lie.

use std::ops::Range;

use super::Malformed;
use super::boxes::{Boxes, Header, LONGEST_HEADER, Reader, find_path};
use super::codec::{self, Description};

/// The longest head that is read, in bytes. A day of video in segments of four seconds needs 0.3 MiB.
const LONGEST_HEAD: u64 = 16 << 20;

/// One CMAF track file, as its head tells: everything before the first `moof` box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Where `ftyp` and `moov` lie: what a player reads first.
    pub init: Range<u64>,
    /// Where the `sidx` box lies.
    pub index: Range<u64>,
    /// Ticks per second, for the segments and the samples in them.
    pub timescale: u32,
    /// The segments, in order, one right behind the other.
    pub segments: Vec<Segment>,
    /// As in RFC 6381: `avc1.64001f`, `vp09.00.31.08`, `mp4a.40.2`, `opus`.
    pub codec: String,
    /// The kind of track, with its sizes.
    pub shape: Shape,
    /// A code of ISO 639-2 with three letters; none for `und`.
    pub language: Option<String>,
}

/// A part of a track that begins with a sync sample: one `moof` and its `mdat`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Where it lies in the file.
    pub bytes: Range<u64>,
    /// When it is first shown, in ticks of the track's timescale.
    pub start: u64,
    /// How long it is shown, in ticks of the track's timescale.
    pub duration: u64,
}

/// What kind of track it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Pictures.
    Video {
        /// Pixels, as displayed.
        width: u32,
        /// Pixels, as displayed.
        height: u32,
    },
    /// Sound.
    Audio {
        /// How many there are.
        channels: u16,
        /// Hz.
        sample_rate: u32,
    },
}

/// Why a head could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrackError {
    /// The head goes on: call again with at least so many bytes, counted from the file's first.
    #[error("the first {0} bytes are needed")]
    NeedsMore(usize),
    /// It is no CMAF track file with an index.
    #[error("the track file is malformed: {0}")]
    Malformed(&'static str),
}

impl From<Malformed> for TrackError {
    fn from(Malformed(what): Malformed) -> TrackError {
        TrackError::Malformed(what)
    }
}

impl Track {
    /// Reads the head of a track file; `bytes` begins at the file's first byte and may end anywhere behind the head.
    ///
    /// # Errors
    ///
    /// [`TrackError::NeedsMore`] when the bytes end too early, never for more than 16 MiB.
    pub fn parse(bytes: &[u8]) -> Result<Track, TrackError> {
        let mut at = 0;
        let mut moov: Option<(&[u8], u64)> = None;
        loop {
            let top = Top::at(bytes, at)?;
            match (&top.kind, moov) {
                (b"ftyp", _) if at == 0 => {}
                _ if at == 0 => return Err(TrackError::Malformed("it doesn't begin with ftyp")),
                (b"moov", None) => moov = Some((top.content(bytes)?, top.end)),
                (b"sidx", Some((moov, end))) => {
                    let (timescale, segments) = index(top.content(bytes)?, top.end)?;
                    let about = About::read(moov, timescale)?;
                    return Ok(about.track(0..end, at..top.end, timescale, segments));
                }
                (b"free" | b"skip" | b"styp" | b"uuid" | b"emsg" | b"prft", _) => {}
                (b"moof" | b"mdat" | b"sidx", _) => {
                    return Err(TrackError::Malformed("there is no index behind its head"));
                }
                _ => return Err(TrackError::Malformed("its head holds an unknown box")),
            }
            at = top.end;
        }
    }

    /// When it is first shown, in seconds.
    pub fn start(&self) -> f64 {
        self.segments.first().map_or(0.0, |first| self.seconds(first.start))
    }

    /// How long its segments are shown, in seconds.
    pub fn duration(&self) -> f64 {
        self.seconds(self.ticks())
    }

    /// Ticks as seconds.
    pub(crate) fn seconds(&self, ticks: u64) -> f64 {
        ticks as f64 / f64::from(self.timescale.max(1))
    }

    fn ticks(&self) -> u64 {
        self.segments.iter().fold(0, |sum, segment| sum.saturating_add(segment.duration))
    }

    /// Bits per second over all segments, rounded up.
    pub fn average_bandwidth(&self) -> u64 {
        let bytes = self.segments.iter().map(Segment::length).fold(0, u64::saturating_add);
        bandwidth(bytes, self.ticks(), self.timescale)
    }

    /// Bits per second of the heaviest segment, rounded up. A segment shorter than half of the longest doesn't
    /// count, as in RFC 8216: a player that waits for it has more than its time.
    pub fn peak_bandwidth(&self) -> u64 {
        let longest = self.segments.iter().map(|segment| segment.duration).max();
        let counted = |segment: &&Segment| segment.duration >= longest.unwrap_or(0).div_ceil(2);
        self.segments
            .iter()
            .filter(counted)
            .map(|segment| bandwidth(segment.length(), segment.duration, self.timescale))
            .max()
            .unwrap_or(0)
    }

    /// Where the last segment ends: bytes from the file's first.
    pub fn length(&self) -> u64 {
        self.segments.last().map_or(self.index.end, |last| last.bytes.end)
    }
}

impl Segment {
    /// Bytes.
    fn length(&self) -> u64 {
        self.bytes.end.saturating_sub(self.bytes.start)
    }
}

fn bandwidth(bytes: u64, ticks: u64, timescale: u32) -> u64 {
    let bits = u128::from(bytes) * 8 * u128::from(timescale);
    u64::try_from(bits.div_ceil(u128::from(ticks.max(1)))).unwrap_or(u64::MAX)
}

/// A box that lies in the file itself.
struct Top {
    kind: [u8; 4],
    content: u64,
    end: u64,
}

impl Top {
    fn at(bytes: &[u8], at: u64) -> Result<Top, TrackError> {
        let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..));
        let Some(header) = Header::parse(rest.unwrap_or(&[]))? else {
            return Err(needs(at.saturating_add(LONGEST_HEADER as u64)));
        };
        let size = header.size.ok_or(Malformed("a box has no end"))?;
        let end = at.checked_add(size).ok_or(Malformed("a box ends behind all files"))?;
        Ok(Top { kind: header.kind, content: at + header.length, end })
    }

    fn content<'a>(&self, bytes: &'a [u8]) -> Result<&'a [u8], TrackError> {
        let ends = usize::try_from(self.content).ok().zip(usize::try_from(self.end).ok());
        ends.and_then(|(content, end)| bytes.get(content..end)).ok_or_else(|| needs(self.end))
    }
}

fn needs(bytes: u64) -> TrackError {
    match usize::try_from(bytes) {
        Ok(count) if bytes <= LONGEST_HEAD => TrackError::NeedsMore(count),
        _ => TrackError::Malformed("its head is longer than 16 MiB"),
    }
}

/// The timescale and the segments of an index that ends at `anchor` (ISO 14496-12, 8.16.3).
fn index(sidx: &[u8], anchor: u64) -> Result<(u32, Vec<Segment>), Malformed> {
    let mut reader = Reader::new(sidx);
    let (version, _) = reader.version_and_flags()?;
    reader.skip(4)?;
    let timescale = reader.u32()?;
    if timescale == 0 {
        return Err(Malformed("its timescale is 0"));
    }
    let mut start = reader.wide(version)?;
    let first = reader.wide(version)?;
    let mut at = anchor.checked_add(first).ok_or(OVERFLOW)?;
    reader.skip(2)?;
    let count = usize::from(reader.u16()?);
    if count == 0 {
        return Err(Malformed("its index is empty"));
    }
    let mut references = Reader::new(reader.take(count * REFERENCE)?);
    let mut segments = Vec::with_capacity(count);
    for _ in 0..count {
        let size = references.u32()?;
        let duration = u64::from(references.u32()?);
        references.skip(4)?;
        if size >> 31 != 0 {
            return Err(Malformed("its index points to another index"));
        }
        let end = at.checked_add(u64::from(size)).ok_or(OVERFLOW)?;
        segments.push(Segment { bytes: at..end, start, duration });
        start = start.checked_add(duration).ok_or(OVERFLOW)?;
        at = end;
    }
    Ok((timescale, segments))
}

/// Bytes of a reference in an index.
const REFERENCE: usize = 12;

const OVERFLOW: Malformed = Malformed("its index counts too far");

/// What the boxes in `moov` tell of the one track.
struct About {
    description: Description,
    language: Option<String>,
    shape: Shape,
}

impl About {
    fn read(moov: &[u8], timescale: u32) -> Result<About, Malformed> {
        let trak = only_trak(moov)?;
        let mdia = find_path(trak, &[b"mdia"], "mdia is missing")?;
        let (own, language) = media_header(find_path(mdia, &[b"mdhd"], "mdhd is missing")?)?;
        if own != timescale {
            return Err(Malformed("the track and its index differ in timescale"));
        }
        let stsd = find_path(mdia, &[b"minf", b"stbl", b"stsd"], "stsd is missing")?;
        let description = codec::describe(stsd)?;
        let mut handler = Reader::new(find_path(mdia, &[b"hdlr"], "hdlr is missing")?);
        handler.skip(8)?;
        let shape = match (&handler.array()?, description.audio) {
            (b"vide", None) => displayed(find_path(trak, &[b"tkhd"], "tkhd is missing")?)?,
            (b"soun", Some(audio)) => Shape::Audio {
                channels: audio.channels,
                sample_rate: Some(audio.sample_rate).filter(|rate| *rate > 0).unwrap_or(own),
            },
            _ => return Err(Malformed("its kind and its codec don't fit together")),
        };
        Ok(About { description, language, shape })
    }

    fn track(self, init: Range<u64>, index: Range<u64>, timescale: u32, segments: Vec<Segment>) -> Track {
        Track {
            init,
            index,
            timescale,
            segments,
            codec: self.description.codec,
            shape: self.shape,
            language: self.language,
        }
    }
}

/// The one track in a `moov` box.
pub(crate) fn only_trak(moov: &[u8]) -> Result<&[u8], Malformed> {
    let mut only = None;
    for found in Boxes::new(moov) {
        let (kind, content) = found?;
        if kind == *b"trak" && only.replace(content).is_some() {
            return Err(Malformed("it holds several tracks"));
        }
    }
    only.ok_or(Malformed("it holds no track"))
}

/// Timescale and language.
fn media_header(mdhd: &[u8]) -> Result<(u32, Option<String>), Malformed> {
    let mut reader = Reader::new(mdhd);
    let (version, _) = reader.version_and_flags()?;
    reader.wide(version)?;
    reader.wide(version)?;
    let timescale = reader.u32()?;
    reader.wide(version)?;
    let packed = reader.u16()?;
    // Three letters of five bits each, counted from the one before `a`.
    let letters = [10, 5, 0].map(|shift| (packed >> shift & 0x1f) as u8 + 0x60);
    let language = letters
        .iter()
        .all(u8::is_ascii_lowercase)
        .then(|| letters.map(char::from).iter().collect::<String>());
    Ok((timescale, language.filter(|code| code != "und")))
}

/// The size in a track's header, turned as its matrix says.
fn displayed(tkhd: &[u8]) -> Result<Shape, Malformed> {
    let mut reader = Reader::new(tkhd);
    let (version, _) = reader.version_and_flags()?;
    reader.skip(if version == 0 { 20 } else { 32 } + 16)?;
    let matrix: [u8; 36] = reader.array()?;
    let (width, height) = (reader.u32()? >> 16, reader.u32()? >> 16);
    if width == 0 || height == 0 {
        return Err(Malformed("its pictures have no size"));
    }
    // A quarter turn has nothing on the diagonal.
    let turned = matrix[..4] == [0; 4] && matrix[16..20] == [0; 4];
    let (width, height) = if turned { (height, width) } else { (width, height) };
    Ok(Shape::Video { width, height })
}
