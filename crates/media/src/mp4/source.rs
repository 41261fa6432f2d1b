//! What a normal MP4 takes over from the head of a track file.

use super::Malformed;
use super::boxes::{Kind, Reader, find, find_path};
use super::fragment::Defaults;
use super::samples::Samples;
use super::track::only_trak;

/// What is taken over from the head of a track file.
pub(crate) struct Source<'a> {
    /// The content of its one `trak` box.
    pub(crate) trak: &'a [u8],
    /// The content of `stsd`.
    pub(crate) stsd: &'a [u8],
    /// Whether it is `vide` or `soun`.
    pub(crate) handler: Kind,
    /// Ticks per second of the track.
    pub(crate) timescale: u32,
    /// What its own edit list adds to all times, in ticks.
    edit: i64,
    pub(crate) defaults: Defaults,
}

impl<'a> Source<'a> {
    /// Reads `ftyp` and `moov`.
    pub(crate) fn read(init: &'a [u8]) -> Result<Source<'a>, Malformed> {
        let moov = find_path(init, &[b"moov"], "moov is missing")?;
        let trak = only_trak(moov)?;
        let mdia = find_path(trak, &[b"mdia"], "mdia is missing")?;
        let mut handler = Reader::new(find_path(mdia, &[b"hdlr"], "hdlr is missing")?);
        handler.skip(8)?;
        let timescale = timescale(find_path(mdia, &[b"mdhd"], "mdhd is missing")?)?;
        let movie = timescale_of_movie(moov)?;
        Ok(Source {
            trak,
            stsd: find_path(mdia, &[b"minf", b"stbl", b"stsd"], "stsd is missing")?,
            handler: handler.array()?,
            timescale,
            edit: edit(trak, movie, timescale)?,
            defaults: Defaults::read(moov)?,
        })
    }

    /// When the track's first sample is decoded on the movie's clock, in ticks.
    pub(crate) fn start(&self, samples: &Samples) -> i64 {
        samples.start().saturating_add(self.edit)
    }
}

/// The timescale in `mdhd` or `mvhd`: they begin alike.
fn timescale(header: &[u8]) -> Result<u32, Malformed> {
    let mut reader = Reader::new(header);
    let (version, _) = reader.version_and_flags()?;
    reader.wide(version)?;
    reader.wide(version)?;
    match reader.u32()? {
        0 => Err(Malformed("its timescale is 0")),
        ticks => Ok(ticks),
    }
}

fn timescale_of_movie(moov: &[u8]) -> Result<u32, Malformed> {
    timescale(find_path(moov, &[b"mvhd"], "mvhd is missing")?)
}

/// What an edit list adds to all times: empty edits in front put off, the first other edit leaves out what comes
/// before it.
fn edit(trak: &[u8], movie: u32, timescale: u32) -> Result<i64, Malformed> {
    let Some(edts) = find(trak, b"edts")? else {
        return Ok(0);
    };
    let mut elst = Reader::new(find_path(edts, &[b"elst"], "elst is missing")?);
    let (version, _) = elst.version_and_flags()?;
    let mut put_off = 0_u128;
    for _ in 0..elst.u32()? {
        let duration = elst.wide(version)?;
        let begins = match version {
            0 => i64::from(i32::from_be_bytes(elst.array()?)),
            _ => i64::from_be_bytes(elst.array()?),
        };
        elst.skip(4)?;
        if begins < 0 {
            put_off = put_off.saturating_add(u128::from(duration));
            continue;
        }
        let put_off = put_off.saturating_mul(u128::from(timescale)) / u128::from(movie);
        let put_off = i64::try_from(put_off).map_err(|_| Malformed("its edit list counts too far"))?;
        return Ok(put_off - begins);
    }
    Ok(0)
}
