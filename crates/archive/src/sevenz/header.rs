//! Numbers and marks of the list.

use crate::look::Stop;

pub(super) const END: u8 = 0;
pub(super) const HEADER: u8 = 1;
pub(super) const ARCHIVE_PROPERTIES: u8 = 2;
pub(super) const ADDITIONAL_STREAMS: u8 = 3;
pub(super) const MAIN_STREAMS: u8 = 4;
pub(super) const FILES: u8 = 5;
pub(super) const PACK: u8 = 6;
pub(super) const UNPACK: u8 = 7;
pub(super) const SUBSTREAMS: u8 = 8;
pub(super) const SIZE: u8 = 9;
pub(super) const CRC: u8 = 10;
pub(super) const FOLDER: u8 = 11;
pub(super) const CODERS_SIZE: u8 = 12;
pub(super) const STREAMS_OF_FOLDER: u8 = 13;
pub(super) const EMPTY_STREAM: u8 = 14;
pub(super) const EMPTY_FILE: u8 = 15;
pub(super) const NAMES: u8 = 17;
pub(super) const MODIFIED: u8 = 20;
pub(super) const ATTRIBUTES: u8 = 21;
pub(super) const ENCODED: u8 = 23;

/// What isn't where the format asks for it.
pub(super) fn broken() -> Stop {
    Stop::Damaged("its list can't be read".into())
}

/// A place within the list. Copies are free: what is needed again is read again, so that nothing has to be kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn left(&self) -> usize {
        self.0.len()
    }

    pub(super) fn take(&mut self, count: u64) -> Result<&'a [u8], Stop> {
        let count = usize::try_from(count).map_err(|_| broken())?;
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(broken)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Stop> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn u32(&mut self) -> Result<u32, Stop> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into().map_err(|_| broken())?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, Stop> {
        Ok(u64::from_le_bytes(self.take(8)?.try_into().map_err(|_| broken())?))
    }

    /// A number in one to nine bytes: as many bytes follow as the first has ones at its beginning.
    pub(super) fn number(&mut self) -> Result<u64, Stop> {
        let first = self.u8()?;
        let more = first.leading_ones() as usize;
        let mut low = [0; 8];
        low[..more].copy_from_slice(self.take(more as u64)?);
        let high = if more < 7 { u64::from(first) & ((1 << (7 - more)) - 1) } else { 0 };
        Ok(u64::from_le_bytes(low) | high << (8 * more).min(63))
    }

    /// How many of something follow that takes at least a byte each, or a bit.
    pub(super) fn count(&mut self, per_byte: u64) -> Result<u64, Stop> {
        let count = self.number()?;
        if count / per_byte > self.left() as u64 { Err(broken()) } else { Ok(count) }
    }

    /// A bit for each of `count` things.
    pub(super) fn bits(&mut self, count: u64) -> Result<Bits<'a>, Stop> {
        Ok(Bits(Some(self.take(count.div_ceil(8))?)))
    }

    /// The same, where a byte before may say that all of them are set.
    pub(super) fn bits_or_all(&mut self, count: u64) -> Result<Bits<'a>, Stop> {
        if self.u8()? != 0 { Ok(Bits(None)) } else { self.bits(count) }
    }
}

/// Bits from the highest of each byte on; or all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'a>(Option<&'a [u8]>);

impl Bits<'_> {
    pub(super) fn none() -> Self {
        Self(Some(&[]))
    }

    pub(super) fn get(&self, at: u64) -> bool {
        let Some(bytes) = self.0 else { return true };
        usize::try_from(at / 8)
            .ok()
            .and_then(|byte| bytes.get(byte))
            .is_some_and(|byte| byte & 0x80 >> (at % 8) != 0)
    }
}
