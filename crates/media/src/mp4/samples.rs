//! The samples of one track, as the tables of a normal MP4 list them (ISO 14496-12, 8.6 and 8.7).

use std::ops::Range;

use super::Malformed;
use super::boxes::Writer;

/// Samples that all tracks of a movie may have together: 18 hours of video at 60 pictures a second. A table of
/// this many sizes takes 16 MB.
pub(crate) const MOST_SAMPLES: usize = 4_000_000;

/// Why samples could not be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    Malformed(Malformed),
    TooMany,
}

impl From<Malformed> for Full {
    fn from(malformed: Malformed) -> Full {
        Full::Malformed(malformed)
    }
}

/// One sample, in ticks of its track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) duration: u32,
    pub(crate) size: u32,
    pub(crate) sync: bool,
    /// From when it is decoded to when it is shown.
    pub(crate) composition: i32,
}

/// Samples that lie one behind the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) samples: u32,
    pub(crate) bytes: Range<u64>,
    /// The segment they come from, from 0.
    pub(crate) segment: u32,
}

/// All samples of a track, in the order of decoding.
#[derive(Debug)]
pub(crate) struct Samples {
    room: usize,
    sizes: Vec<u32>,
    durations: Runs<u32>,
    compositions: Runs<i32>,
    /// Numbers of the sync samples, from 1.
    syncs: Vec<u32>,
    pub(crate) chunks: Vec<Chunk>,
    clock: Option<Clock>,
    lowest: i32,
}

/// Times of decoding, in ticks.
#[derive(Debug, Clone, Copy)]
struct Clock {
    first: i64,
    /// When the last sample is decoded.
    last: i64,
    /// When the next one is; the last one's duration follows from it.
    next: i64,
    /// When the last of all pictures has been shown.
    shown: i64,
}

impl Samples {
    /// Takes at most so many samples.
    pub(crate) fn new(room: usize) -> Samples {
        Samples {
            room,
            sizes: Vec::new(),
            durations: Runs::default(),
            compositions: Runs::default(),
            syncs: Vec::new(),
            chunks: Vec::new(),
            clock: None,
            lowest: 0,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.sizes.len()
    }

    /// Says when the next sample is decoded, which settles how long the last one lasts.
    pub(crate) fn go_to(&mut self, time: i64) -> Result<(), Malformed> {
        match &mut self.clock {
            // So that no sum of such times and of durations can overflow.
            _ if time.unsigned_abs() > LATEST => Err(OVERFLOW),
            None => {
                self.clock = Some(Clock { first: time, last: time, next: time, shown: time });
                Ok(())
            }
            Some(clock) if self.sizes.is_empty() => {
                (clock.first, clock.last, clock.next) = (time, time, time);
                Ok(())
            }
            Some(clock) if time < clock.last => Err(Malformed("a fragment goes back in time")),
            Some(clock) => {
                clock.next = time;
                Ok(())
            }
        }
    }

    pub(crate) fn push(&mut self, sample: &Sample) -> Result<(), Full> {
        if self.sizes.len() >= self.room {
            return Err(Full::TooMany);
        }
        if self.clock.is_none() {
            self.go_to(0)?;
        }
        self.settle()?;
        let clock = self.clock.as_mut().ok_or(OVERFLOW)?;
        let end = clock.next + i64::from(sample.duration);
        if end.unsigned_abs() > LATEST {
            return Err(OVERFLOW.into());
        }
        (clock.last, clock.next) = (clock.next, end);
        clock.shown = clock.shown.max(end + i64::from(sample.composition));
        self.lowest = self.lowest.min(sample.composition);
        self.sizes.push(sample.size);
        self.compositions.push(sample.composition);
        if sample.sync {
            self.syncs.push(u32::try_from(self.sizes.len()).map_err(|_| Full::TooMany)?);
        }
        Ok(())
    }

    /// Notes how long the last sample lasts, now that it is known.
    fn settle(&mut self) -> Result<(), Malformed> {
        match self.clock {
            Some(clock) if !self.sizes.is_empty() => {
                let gap = u32::try_from(clock.next - clock.last);
                self.durations
                    .push(gap.map_err(|_| Malformed("there is a gap of more ticks than 32 bits hold"))?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Says where the samples lie that came last.
    pub(crate) fn chunk(&mut self, samples: u32, bytes: Range<u64>, segment: u32) {
        match self.chunks.last_mut() {
            Some(last) if last.segment == segment && last.bytes.end == bytes.start => {
                last.samples += samples;
                last.bytes.end = bytes.end;
            }
            _ => self.chunks.push(Chunk { samples, bytes, segment }),
        }
    }

    /// Has to be called behind the last sample.
    pub(crate) fn finish(&mut self) -> Result<(), Malformed> {
        self.settle()?;
        self.room = 0;
        if self.sizes.is_empty() { Err(Malformed("it holds no samples")) } else { Ok(()) }
    }

    /// When the first sample is decoded. Where nothing is reordered, it is shown then.
    pub(crate) fn start(&self) -> i64 {
        self.clock.map_or(0, |clock| clock.first)
    }

    /// From the start until the last sample has been decoded.
    pub(crate) fn decoded(&self) -> u64 {
        self.clock.map_or(0, |clock| clock.next.abs_diff(clock.first))
    }

    /// From the start until the last sample has been shown.
    pub(crate) fn shown(&self) -> u64 {
        self.clock.map_or(0, |clock| clock.shown.saturating_sub(clock.first).max(0).unsigned_abs())
    }

    /// What has to be added to all composition offsets so that none is negative.
    pub(crate) fn shift(&self) -> u32 {
        self.lowest.min(0).unsigned_abs()
    }

    /// Writes the tables that tell of times and sizes: all of `stbl` that stands between `stsd` and the offsets.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.full(b"stts", 0, 0, |writer| {
            writer.u32(entries(self.durations.0.len()));
            self.durations.0.iter().for_each(|(count, duration)| {
                writer.u32(*count);
                writer.u32(*duration);
            });
        });
        if self.syncs.len() < self.sizes.len() {
            writer.full(b"stss", 0, 0, |writer| {
                writer.u32(entries(self.syncs.len()));
                self.syncs.iter().for_each(|number| writer.u32(*number));
            });
        }
        if self.compositions.0.iter().any(|(_, offset)| *offset != 0) {
            self.write_compositions(writer);
        }
        self.write_chunk_lengths(writer);
        self.write_sizes(writer);
    }

    /// In version 0, whose offsets aren't negative: an edit list takes the shift back. All players know that.
    fn write_compositions(&self, writer: &mut Writer) {
        writer.full(b"ctts", 0, 0, |writer| {
            writer.u32(entries(self.compositions.0.len()));
            for (count, offset) in &self.compositions.0 {
                writer.u32(*count);
                writer.u32(self.shift().wrapping_add_signed(*offset));
            }
        });
    }

    fn write_chunk_lengths(&self, writer: &mut Writer) {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for (number, chunk) in (1..).zip(&self.chunks) {
            if runs.last().is_none_or(|(_, samples)| *samples != chunk.samples) {
                runs.push((number, chunk.samples));
            }
        }
        writer.full(b"stsc", 0, 0, |writer| {
            writer.u32(entries(runs.len()));
            for (first, samples) in runs {
                writer.u32(first);
                writer.u32(samples);
                // The first and only sample description.
                writer.u32(1);
            }
        });
    }

    fn write_sizes(&self, writer: &mut Writer) {
        let first = self.sizes.first().copied().unwrap_or(0);
        // A size of 0 here would say that a table follows.
        let same = first > 0 && self.sizes.iter().all(|size| *size == first);
        writer.full(b"stsz", 0, 0, |writer| {
            writer.u32(if same { first } else { 0 });
            writer.u32(entries(self.sizes.len()));
            if !same {
                self.sizes.iter().for_each(|size| writer.u32(*size));
            }
        });
    }
}

/// The latest time in ticks: far from where sums overflow, and a thousand years at a million ticks a second.
const LATEST: u64 = 1 << 55;

const OVERFLOW: Malformed = Malformed("its samples last too long");

/// The number of entries in a table; there are never more than samples.
fn entries(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Values with how often each comes in a row.
#[derive(Debug, Default)]
struct Runs<T>(Vec<(u32, T)>);

impl<T: PartialEq> Runs<T> {
    fn push(&mut self, value: T) {
        match self.0.last_mut() {
            Some((count, last)) if *last == value => *count += 1,
            _ => self.0.push((1, value)),
        }
    }
}
