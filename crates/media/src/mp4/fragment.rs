//! Movie fragments (ISO 14496-12, 8.8): the samples that a `moof` box lists.

use std::ops::Range;

use super::Malformed;
use super::boxes::{Boxes, Reader, find, find_path};
use super::samples::{Full, Sample, Samples};

type Result<T, E = Full> = std::result::Result<T, E>;

/// What holds for the samples of a track where a fragment doesn't say otherwise: its `trex` box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Defaults {
    track: u32,
    description: u32,
    duration: u32,
    size: u32,
    flags: u32,
}

impl Defaults {
    pub(crate) fn read(moov: &[u8]) -> Result<Defaults, Malformed> {
        let mut trex = Reader::new(find_path(moov, &[b"mvex", b"trex"], "trex is missing")?);
        trex.version_and_flags()?;
        Ok(Defaults {
            track: trex.u32()?,
            description: trex.u32()?,
            duration: trex.u32()?,
            size: trex.u32()?,
            flags: trex.u32()?,
        })
    }
}

/// Where a fragment lies.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The first byte of its `moof` box.
    pub(crate) moof: u64,
    /// The content of the `mdat` box behind it; all samples have to lie there.
    pub(crate) data: Range<u64>,
    /// The segment that it belongs to, from 0.
    pub(crate) segment: u32,
}

/// Adds what the content of a `moof` box lists.
pub(crate) fn read(moof: &[u8], place: &Place, defaults: &Defaults, samples: &mut Samples) -> Result<()> {
    for found in Boxes::new(moof) {
        let (kind, traf) = found?;
        if kind == *b"traf" {
            track_fragment(traf, place, *defaults, samples)?;
        }
    }
    Ok(())
}

fn track_fragment(traf: &[u8], place: &Place, mut defaults: Defaults, samples: &mut Samples) -> Result<()> {
    let tfhd = find(traf, b"tfhd")?.ok_or(Malformed("tfhd is missing"))?;
    let base = header(tfhd, place, &mut defaults)?;
    if let Some(tfdt) = find(traf, b"tfdt")? {
        let mut tfdt = Reader::new(tfdt);
        let (version, _) = tfdt.version_and_flags()?;
        // Unsigned by the book; writers put negative times of what is to be skipped.
        let time = match version {
            0 => i64::from(tfdt.u32()?),
            _ => i64::from_be_bytes(tfdt.array()?),
        };
        samples.go_to(time)?;
    }
    let mut at = base;
    for found in Boxes::new(traf) {
        let (kind, content) = found?;
        if kind == *b"trun" {
            at = Run::read(content, base, at)?.add(place, &defaults, samples)?;
        }
    }
    Ok(())
}

/// Takes the defaults of a fragment over and gives the byte that offsets count from.
fn header(tfhd: &[u8], place: &Place, defaults: &mut Defaults) -> Result<u64, Malformed> {
    let mut reader = Reader::new(tfhd);
    let (_, flags) = reader.version_and_flags()?;
    if reader.u32()? != defaults.track {
        return Err(Malformed("a fragment belongs to another track"));
    }
    // Without a base, the first fragment of a moof counts from there in any case.
    let base = if flags & 0x1 != 0 { reader.u64()? } else { place.moof };
    let fields = [
        (0x2, &mut defaults.description),
        (0x8, &mut defaults.duration),
        (0x10, &mut defaults.size),
        (0x20, &mut defaults.flags),
    ];
    for (flag, field) in fields {
        if flags & flag != 0 {
            *field = reader.u32()?;
        }
    }
    if defaults.description != 1 {
        return Err(Malformed("a fragment asks for another sample description"));
    }
    Ok(base)
}

/// The flag of a sample that can't be decoded without others.
const NON_SYNC: u32 = 0x1_0000;

/// A `trun` box: samples that lie one behind the other.
struct Run<'a> {
    version: u8,
    flags: u32,
    count: u32,
    first_flags: Option<u32>,
    start: u64,
    fields: Reader<'a>,
}

impl<'a> Run<'a> {
    /// `base` is what its offset counts from, `at` is where it lies when it has none.
    fn read(trun: &'a [u8], base: u64, at: u64) -> Result<Run<'a>, Malformed> {
        let mut reader = Reader::new(trun);
        let (version, flags) = reader.version_and_flags()?;
        let count = reader.u32()?;
        let start = if flags & 0x1 != 0 {
            let offset = i32::from_be_bytes(reader.array()?);
            base.checked_add_signed(i64::from(offset)).ok_or(OUTSIDE)?
        } else {
            at
        };
        let first_flags = if flags & 0x4 != 0 { Some(reader.u32()?) } else { None };
        Ok(Run { version, flags, count, first_flags, start, fields: reader })
    }

    /// Adds its samples and gives the byte behind the last of them.
    fn add(mut self, place: &Place, defaults: &Defaults, samples: &mut Samples) -> Result<u64> {
        self.check_count(place)?;
        let mut end = self.start;
        for number in 0..self.count {
            let sample = self.sample(number == 0, defaults)?;
            end = end.checked_add(u64::from(sample.size)).ok_or(OUTSIDE)?;
            samples.push(&sample)?;
        }
        if self.count > 0 {
            if self.start < place.data.start || end > place.data.end {
                return Err(OUTSIDE.into());
            }
            samples.chunk(self.count, self.start..end, place.segment);
        }
        Ok(end)
    }

    /// A count has to fit to the bytes that are there: those that tell of the samples, and those of the samples.
    fn check_count(&self, place: &Place) -> Result<(), Malformed> {
        let each = u64::from((self.flags & 0xf00).count_ones()) * 4;
        let told = u64::from(self.count) * each <= self.fields.rest().len() as u64;
        let held = u64::from(self.count) <= place.data.end.saturating_sub(place.data.start);
        // Samples that are told of one by one may be empty.
        if told && (held || each > 0) {
            Ok(())
        } else {
            Err(Malformed("a run holds fewer samples than it says"))
        }
    }

    fn sample(&mut self, first: bool, defaults: &Defaults) -> Result<Sample, Malformed> {
        let flags = self.flags;
        let mut field = |flag, default| {
            if flags & flag != 0 { self.fields.u32() } else { Ok(default) }
        };
        let duration = field(0x100, defaults.duration)?;
        let size = field(0x200, defaults.size)?;
        let default = self.first_flags.filter(|_| first).unwrap_or(defaults.flags);
        let sample_flags = field(0x400, default)?;
        let composition = field(0x800, 0)?;
        let composition = if self.version == 0 {
            i32::try_from(composition).map_err(|_| Malformed("a composition offset is too large"))?
        } else {
            composition.cast_signed()
        };
        Ok(Sample { duration, size, sync: sample_flags & NON_SYNC == 0, composition })
    }
}

const OUTSIDE: Malformed = Malformed("a sample lies outside of its segment");
