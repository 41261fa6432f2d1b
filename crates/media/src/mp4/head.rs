//! The head of a normal MP4: `ftyp`, `moov` and the header of `mdat`.

use super::Malformed;
use super::boxes::{Boxes, Reader, Writer};
use super::samples::Samples;
use super::source::Source;

/// Writes the head for chunks in that order, and gives it with the length of the whole file.
pub(crate) fn write(
    sources: &[Source],
    gathered: &[Samples],
    order: &[(usize, usize)],
) -> Result<(Vec<u8>, u64), Malformed> {
    let chunks = |(track, chunk): &(usize, usize)| gathered.get(*track)?.chunks.get(*chunk);
    let lengths = order.iter().map(|at| chunks(at).map_or(0, |chunk| chunk.bytes.end - chunk.bytes.start));
    let data = lengths.clone().try_fold(0_u64, u64::checked_add).ok_or(Malformed("it is too long"))?;
    let clock = MovieClock::new(sources, gathered);
    // Offsets of 32 bits are what old players know; whether they suffice is only known in the end.
    for width in [4_usize, 8] {
        let mut writer = Writer::default();
        file_type(&mut writer);
        let mut tables = Vec::new();
        movie(&mut writer, sources, gathered, &clock, width, &mut tables);
        media_data(&mut writer, data);
        let mut at = writer.bytes.len() as u64;
        let length = at.checked_add(data).ok_or(Malformed("it is too long"))?;
        if width == 4 && length > u64::from(u32::MAX) {
            continue;
        }
        for ((track, chunk), bytes) in order.iter().zip(lengths.clone()) {
            let place = tables.get(*track).map_or(usize::MAX, |table| table + chunk * width);
            writer.patch(place, at.to_be_bytes().get(8 - width..).unwrap_or(&[]));
            at += bytes;
        }
        return Ok((writer.bytes, length));
    }
    Err(Malformed("it is too long"))
}

fn file_type(writer: &mut Writer) {
    writer.boxed(b"ftyp", |writer| {
        writer.raw(b"isom");
        writer.u32(0x200);
        writer.raw(b"isomiso2mp41");
    });
}

fn media_data(writer: &mut Writer, data: u64) {
    match u32::try_from(data.saturating_add(8)) {
        Ok(size) => {
            writer.u32(size);
            writer.raw(b"mdat");
        }
        Err(_) => {
            writer.u32(1);
            writer.raw(b"mdat");
            writer.u64(data.saturating_add(16));
        }
    }
}

/// The clock by which edits are told.
struct MovieClock {
    timescale: u32,
}

/// The usual ticks per second of a movie.
const MILLISECONDS: u32 = 1000;

impl MovieClock {
    /// Milliseconds, unless a track begins at a time that they don't hit: then ticks that all tracks have in common,
    /// if 31 bits are enough for their number.
    fn new(sources: &[Source], gathered: &[Samples]) -> MovieClock {
        let hit = |(source, samples): (&Source, &Samples)| {
            i128::from(source.start(samples)) * i128::from(MILLISECONDS) % i128::from(source.timescale) == 0
        };
        let common = || {
            sources.iter().try_fold(1_u32, |ticks, source| {
                let step = source.timescale / divisor(ticks, source.timescale);
                ticks.checked_mul(step).filter(|ticks| ticks.leading_zeros() > 0)
            })
        };
        let timescale = if sources.iter().zip(gathered).all(hit) { None } else { common() };
        MovieClock { timescale: timescale.unwrap_or(MILLISECONDS) }
    }

    /// Ticks of a track as ticks of the movie, rounded up so that nothing is cut off.
    fn ticks(&self, ticks: u64, timescale: u32) -> u64 {
        let scaled = u128::from(ticks) * u128::from(self.timescale);
        u64::try_from(scaled.div_ceil(u128::from(timescale.max(1)))).unwrap_or(u64::MAX)
    }
}

/// The greatest number that divides both.
fn divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a.max(1) } else { divisor(b, a % b) }
}

/// What is shown of a track, and when.
struct Edits {
    /// How much later than the movie it begins, in ticks of the movie.
    wait: u64,
    /// What isn't shown of its beginning, in ticks of the track.
    skip: u64,
    /// How long it is shown, in ticks of the movie.
    shown: u64,
}

impl Edits {
    fn new(source: &Source, samples: &Samples, clock: &MovieClock) -> Edits {
        let start = source.start(samples);
        let early = start.min(0).unsigned_abs();
        let shown = samples.shown().saturating_sub(early);
        Edits {
            wait: clock.ticks(start.max(0).unsigned_abs(), source.timescale),
            skip: early.saturating_add(u64::from(samples.shift())),
            shown: clock.ticks(shown, source.timescale),
        }
    }

    fn duration(&self) -> u64 {
        self.wait.saturating_add(self.shown)
    }

    fn write(&self, writer: &mut Writer) {
        if self.wait == 0 && self.skip == 0 {
            return;
        }
        let short = self.duration() <= u64::from(u32::MAX) && self.skip <= u64::from(i32::MAX.unsigned_abs());
        let version = u8::from(!short);
        let edits = [(self.wait, u64::MAX), (self.shown, self.skip)];
        let edits = if self.wait == 0 { &edits[1..] } else { &edits[..] };
        writer.boxed(b"edts", |writer| {
            writer.full(b"elst", version, 0, |writer| {
                writer.u32(edits.len() as u32);
                for (duration, begins) in edits {
                    writer.wide(version, *duration);
                    // An empty edit begins at -1, which is all ones in any width.
                    writer.wide(version, *begins);
                    // At normal speed.
                    writer.u32(0x1_0000);
                }
            });
        });
    }
}

/// Writes `moov`, and notes where the offsets of each track's chunks will have to be filled in.
fn movie(
    writer: &mut Writer,
    sources: &[Source],
    gathered: &[Samples],
    clock: &MovieClock,
    width: usize,
    tables: &mut Vec<usize>,
) {
    let edits = |(source, samples)| Edits::new(source, samples, clock);
    let edits: Vec<Edits> = sources.iter().zip(gathered).map(edits).collect();
    let duration = edits.iter().map(Edits::duration).max().unwrap_or(0);
    writer.boxed(b"moov", |writer| {
        movie_header(writer, clock.timescale, duration, sources.len() as u32 + 1);
        let mut seen = Vec::new();
        for (number, ((source, samples), edits)) in (1..).zip(sources.iter().zip(gathered).zip(&edits)) {
            // Only the first of each kind is on, or players would show or play several at once.
            let on = !seen.contains(&source.handler);
            seen.push(source.handler);
            let id = Id { number, on };
            writer.boxed(b"trak", |writer| {
                track(writer, source, samples, edits, &id, width, tables);
            });
        }
    });
}

fn movie_header(writer: &mut Writer, timescale: u32, duration: u64, next_track: u32) {
    let version = u8::from(duration > u64::from(u32::MAX));
    writer.full(b"mvhd", version, 0, |writer| {
        // Times of creation and change.
        writer.wide(version, 0);
        writer.wide(version, 0);
        writer.u32(timescale);
        writer.wide(version, duration);
        // Normal speed, full volume.
        writer.u32(0x1_0000);
        writer.u16(0x100);
        writer.raw(&[0; 10]);
        for value in [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000] {
            writer.u32(value);
        }
        writer.raw(&[0; 24]);
        writer.u32(next_track);
    });
}

/// A track as the movie sees it.
struct Id {
    number: u32,
    on: bool,
}

/// Writes the content of `trak`, with what is in the source as it is except for times and samples.
fn track(
    writer: &mut Writer,
    source: &Source,
    samples: &Samples,
    edits: &Edits,
    id: &Id,
    width: usize,
    tables: &mut Vec<usize>,
) {
    for (kind, content) in Boxes::new(source.trak).flatten() {
        match &kind {
            b"tkhd" => {
                track_header(writer, content, id, edits.duration());
                edits.write(writer);
            }
            b"mdia" => writer.boxed(b"mdia", |writer| media(writer, content, source, samples, width, tables)),
            // They speak of edits and of tracks that aren't there.
            b"edts" | b"tref" => {}
            _ => writer.boxed(&kind, |writer| writer.raw(content)),
        }
    }
}

/// What a player does with a track: it is part of the movie, and it may be on.
const IN_MOVIE: u32 = 2;
const ENABLED: u32 = 1;

fn track_header(writer: &mut Writer, content: &[u8], id: &Id, duration: u64) {
    let version = u8::from(duration > u64::from(u32::MAX));
    let flags = if id.on { IN_MOVIE | ENABLED } else { IN_MOVIE };
    writer.full(b"tkhd", version, flags, |writer| {
        writer.wide(version, 0);
        writer.wide(version, 0);
        writer.u32(id.number);
        writer.u32(0);
        writer.wide(version, duration);
        writer.raw(behind_duration(content, 8).unwrap_or(&[0; 60]));
    });
}

fn media_header(writer: &mut Writer, content: &[u8], timescale: u32, duration: u64) {
    let version = u8::from(duration > u64::from(u32::MAX));
    writer.full(b"mdhd", version, 0, |writer| {
        writer.wide(version, 0);
        writer.wide(version, 0);
        writer.u32(timescale);
        writer.wide(version, duration);
        // No language.
        writer.raw(behind_duration(content, 4).unwrap_or(&[0x55, 0xc4, 0, 0]));
    });
}

/// What stands behind the duration in `tkhd` or `mdhd`, which have so many bytes before it and behind their times.
fn behind_duration(content: &[u8], between: usize) -> Option<&[u8]> {
    let mut reader = Reader::new(content);
    let (version, _) = reader.version_and_flags().ok()?;
    let times = if version == 0 { 12 } else { 24 };
    reader.skip(times + between).ok()?;
    Some(reader.rest())
}

fn media(
    writer: &mut Writer,
    mdia: &[u8],
    source: &Source,
    samples: &Samples,
    width: usize,
    tables: &mut Vec<usize>,
) {
    for (kind, content) in Boxes::new(mdia).flatten() {
        match &kind {
            b"mdhd" => media_header(writer, content, source.timescale, samples.decoded()),
            b"minf" => writer.boxed(b"minf", |writer| {
                for (kind, content) in Boxes::new(content).flatten() {
                    writer.boxed(&kind, |writer| match &kind {
                        b"stbl" => sample_table(writer, source, samples, width, tables),
                        _ => writer.raw(content),
                    });
                }
            }),
            _ => writer.boxed(&kind, |writer| writer.raw(content)),
        }
    }
}

fn sample_table(
    writer: &mut Writer,
    source: &Source,
    samples: &Samples,
    width: usize,
    tables: &mut Vec<usize>,
) {
    writer.boxed(b"stsd", |writer| writer.raw(source.stsd));
    samples.write(writer);
    let kind = if width == 4 { b"stco" } else { b"co64" };
    writer.full(kind, 0, 0, |writer| {
        let count = samples.chunks.len();
        writer.u32(u32::try_from(count).unwrap_or(u32::MAX));
        tables.push(writer.bytes.len());
        writer.bytes.resize(writer.bytes.len() + count * width, 0);
    });
}
