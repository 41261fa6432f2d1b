//! The layout of a zip whose entries are stored as they are: every byte of it is known before the first one is read, so
//! a reply has an exact length and can start anywhere.
//!
//! PKWARE's APPNOTE 6.3.10 is the source of every field. Sizes and CRC-32 come from the catalog, so local headers are
//! complete and no data descriptors are needed, which some readers refuse beside stored entries.

use std::ops::Range;

/// An entry of a zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path; see [`crate::archives::names`].
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// CRC-32 of them.
    pub crc32: u32,
    /// When it was last changed, in milliseconds since 1970.
    pub modified: i64,
}

/// A piece of a zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of the layout itself.
    Bytes(Vec<u8>),
    /// A range of an entry's bytes.
    Entry(usize, Range<u64>),
}

/// Where everything lies.
#[derive(Debug)]
pub struct Layout {
    /// What follows what, with the offset where it starts.
    parts: Vec<(u64, Part)>,
    length: u64,
}

#[derive(Debug)]
enum Part {
    Bytes(Vec<u8>),
    Entry(usize, u64),
}

/// A 32-bit field with this value means: look into the zip64 field.
const IN_ZIP64: u64 = 0xffff_ffff;
/// Version 4.5 of the format knows zip64; 2.0 is what everything else needs.
const PLAIN: u16 = 20;
const ZIP64: u16 = 45;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;

impl Layout {
    /// Lays out the entries, in this order. Names have at most 65,535 bytes.
    pub fn new(entries: &[Entry]) -> Layout {
        let mut layout = Layout { parts: Vec::with_capacity(entries.len() * 2 + 1), length: 0 };
        let mut offsets = Vec::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            offsets.push(layout.length);
            layout.push(Part::Bytes(local_header(entry)));
            layout.push(Part::Entry(index, entry.size));
        }
        let directory = layout.length;
        let mut records = Vec::new();
        for (entry, offset) in entries.iter().zip(offsets) {
            central_record(&mut records, entry, offset);
        }
        let size = records.len() as u64;
        end(&mut records, entries.len() as u64, directory, size);
        layout.push(Part::Bytes(records));
        layout
    }

    fn push(&mut self, part: Part) {
        let length = match &part {
            Part::Bytes(bytes) => bytes.len() as u64,
            Part::Entry(_, size) => *size,
        };
        if length > 0 {
            self.parts.push((self.length, part));
            self.length += length;
        }
    }

    /// Bytes in all.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The pieces that make up a range of the zip.
    pub fn pieces(&self, range: Range<u64>) -> Vec<Piece> {
        let first = self.parts.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        let mut pieces = Vec::new();
        for (start, part) in &self.parts[first.min(self.parts.len())..] {
            if *start >= range.end {
                break;
            }
            let cut =
                |length: u64| range.start.saturating_sub(*start).min(length)..(range.end - start).min(length);
            match part {
                Part::Bytes(bytes) => {
                    let cut = cut(bytes.len() as u64);
                    pieces.push(Piece::Bytes(bytes[cut.start as usize..cut.end as usize].to_vec()));
                }
                Part::Entry(index, size) => pieces.push(Piece::Entry(*index, cut(*size))),
            }
        }
        pieces.retain(|piece| match piece {
            Piece::Bytes(bytes) => !bytes.is_empty(),
            Piece::Entry(_, range) => !range.is_empty(),
        });
        pieces
    }
}

fn u16s(out: &mut Vec<u8>, values: &[u16]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn u32s(out: &mut Vec<u8>, values: &[u32]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn u64s(out: &mut Vec<u8>, values: &[u64]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

/// A value as its 32-bit field holds it.
fn short(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The extended timestamp: seconds since 1970 in UTC, as DOS times have no zone.
fn timestamp(out: &mut Vec<u8>, entry: &Entry) {
    u16s(out, &[0x5455, 5]);
    out.push(1);
    u32s(out, &[i32::try_from(entry.modified / 1000).unwrap_or(i32::MAX) as u32]);
}

fn local_header(entry: &Entry) -> Vec<u8> {
    let zip64 = entry.size >= IN_ZIP64;
    let mut extra = Vec::new();
    if zip64 {
        u16s(&mut extra, &[1, 16]);
        u64s(&mut extra, &[entry.size, entry.size]);
    }
    timestamp(&mut extra, entry);
    let (time, date) = dos_time(entry.modified);
    let mut header = Vec::with_capacity(30 + entry.name.len() + extra.len());
    header.extend(b"PK\x03\x04");
    u16s(&mut header, &[if zip64 { ZIP64 } else { PLAIN }, UTF8, 0, time, date]);
    u32s(&mut header, &[entry.crc32, short(entry.size), short(entry.size)]);
    u16s(&mut header, &[entry.name.len() as u16, extra.len() as u16]);
    header.extend(entry.name.as_bytes());
    header.extend(extra);
    header
}

fn central_record(out: &mut Vec<u8>, entry: &Entry, offset: u64) {
    let mut wide = Vec::new();
    if entry.size >= IN_ZIP64 {
        u64s(&mut wide, &[entry.size, entry.size]);
    }
    if offset >= IN_ZIP64 {
        u64s(&mut wide, &[offset]);
    }
    let version = if wide.is_empty() { PLAIN } else { ZIP64 };
    let mut extra = Vec::new();
    if !wide.is_empty() {
        u16s(&mut extra, &[1, wide.len() as u16]);
        extra.extend(wide);
    }
    timestamp(&mut extra, entry);
    let (time, date) = dos_time(entry.modified);
    out.extend(b"PK\x01\x02");
    // Made by: Unix, so that the attributes below mean a file that everybody may read.
    u16s(out, &[3 << 8 | version, version, UTF8, 0, time, date]);
    u32s(out, &[entry.crc32, short(entry.size), short(entry.size)]);
    u16s(out, &[entry.name.len() as u16, extra.len() as u16, 0, 0, 0]);
    u32s(out, &[0o100_644 << 16, short(offset)]);
    out.extend(entry.name.as_bytes());
    out.extend(extra);
}

fn end(out: &mut Vec<u8>, entries: u64, directory: u64, size: u64) {
    if entries >= 0xffff || directory >= IN_ZIP64 || size >= IN_ZIP64 {
        let record = directory + size;
        out.extend(b"PK\x06\x06");
        u64s(out, &[44]);
        u16s(out, &[3 << 8 | ZIP64, ZIP64]);
        u32s(out, &[0, 0]);
        u64s(out, &[entries, entries, size, directory]);
        out.extend(b"PK\x06\x07");
        u32s(out, &[0]);
        u64s(out, &[record]);
        u32s(out, &[1]);
    }
    out.extend(b"PK\x05\x06");
    let count = u16::try_from(entries).unwrap_or(u16::MAX);
    u16s(out, &[0, 0, count, count]);
    u32s(out, &[short(size), short(directory)]);
    u16s(out, &[0]);
}

/// Date and time as DOS counts them: from 1980, in steps of two seconds, here in UTC.
fn dos_time(millis: i64) -> (u16, u16) {
    let seconds = (millis / 1000).clamp(315_532_800, 4_354_819_199);
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let time = ((rest / 3600) << 11) | ((rest / 60 % 60) << 5) | ((rest % 60) / 2);
    let date = (year - 1980) << 9 | month << 5 | day;
    (time as u16, date as u16)
}

/// Year, month and day of a number of days since 1970-01-01 (Howard Hinnant's algorithm).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, bytes: &[u8]) -> Entry {
        Entry {
            name: name.into(),
            size: bytes.len() as u64,
            crc32: crc32fast::hash(bytes),
            modified: 1_662_909_204_000,
        }
    }

    fn cut(layout: &Layout, contents: &[&[u8]], range: Range<u64>) -> Vec<u8> {
        let bytes = |piece| match piece {
            Piece::Bytes(bytes) => bytes,
            Piece::Entry(index, range) => contents[index][range.start as usize..range.end as usize].to_vec(),
        };
        layout.pieces(range).into_iter().flat_map(bytes).collect()
    }

    #[test]
    fn any_range_is_the_same_as_a_cut_of_the_whole() {
        let contents: [&[u8]; 4] = [b"hello", b"", b"0123456789", "猫".as_bytes()];
        let names = ["a.txt", "empty", "folder/b.bin", "猫.txt"];
        let entries: Vec<Entry> =
            names.iter().zip(contents).map(|(name, bytes)| entry(name, bytes)).collect();
        let layout = Layout::new(&entries);
        let whole = cut(&layout, &contents, 0..layout.length());
        assert_eq!(whole.len() as u64, layout.length());
        for start in 0..layout.length() {
            for end in start..=layout.length() {
                assert_eq!(cut(&layout, &contents, start..end), whole[start as usize..end as usize]);
            }
        }
    }

    #[test]
    fn an_empty_zip_is_an_end_record() {
        assert_eq!(Layout::new(&[]).length(), 22);
    }

    #[test]
    fn zip64_comes_in_where_32_bits_end() {
        let big = |size| Entry { size, ..entry("a", b"") };
        let lengths = |sizes: &[u64]| {
            let layout = Layout::new(&sizes.iter().map(|size| big(*size)).collect::<Vec<_>>());
            layout.length() - sizes.iter().sum::<u64>()
        };
        // Local header, central record and end record, each with a name of one byte and a timestamp.
        let plain = (30 + 1 + 9) + (46 + 1 + 9) + 22;
        assert_eq!(lengths(&[IN_ZIP64 - 1]), plain + 56 + 20, "only the directory lies beyond");
        assert_eq!(lengths(&[IN_ZIP64]), plain + 20 + 20 + 56 + 20);
        assert_eq!(lengths(&[1000]), plain);
        let many = Layout::new(&vec![big(0); 65_535]);
        assert_eq!(many.length(), 65_535 * (plain - 22) + 22 + 76);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_246), (2022, 9, 11));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(dos_time(0), (0, 1 << 5 | 1), "before 1980 there is nothing");
    }
}
