//! What must be known of AV1 data before a decoder sees it.

use crate::Error;

/// Frames in the data of one picture: its layers. More would be work without end for a small picture.
const MOST_FRAMES: usize = 16;

const SEQUENCE_HEADER: u8 = 1;
const TEMPORAL_DELIMITER: u8 = 2;
const FRAME_HEADER: u8 = 3;
const FRAME: u8 = 6;

/// What a sequence header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    pub(super) profile: u8,
    pub(super) level: u8,
    pub(super) tier: u8,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The units of AV1 data in turn: kind, content, and all of it.
fn units(data: &[u8]) -> impl Iterator<Item = Result<(u8, &[u8], &[u8]), Error>> {
    let mut rest = data;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let unit = unit(rest).ok_or_else(|| Error::Damaged("its AV1 data is cut short".to_owned()));
        rest = unit.as_ref().map_or(&[], |(_, _, unit)| &rest[unit.len()..]);
        Some(unit)
    })
}

fn unit(data: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let header = *data.first()?;
    let (kind, extended, sized) = (header >> 3 & 15, header & 4 != 0, header & 2 != 0);
    let start = 1 + usize::from(extended);
    let body = data.get(start..)?;
    if !sized {
        return Some((kind, body, data));
    }
    let mut length = 0;
    for (index, byte) in body.iter().take(5).enumerate() {
        length |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let body = body.get(index + 1..)?.get(..usize::try_from(length).ok()?)?;
            return Some((kind, body, &data[..start + index + 1 + body.len()]));
        }
    }
    None
}

/// Checks that nothing in the data is larger than `width` × `height`, and that it is not too many frames.
pub(super) fn check(data: &[u8], width: u32, height: u32) -> Result<(), Error> {
    let (mut sequences, mut frames) = (0, 0);
    for unit in units(data) {
        match unit? {
            (SEQUENCE_HEADER, body, _) => {
                let sequence = sequence(body)?;
                if sequence.width > width || sequence.height > height {
                    return Err(Error::Damaged("it is larger than its header says".to_owned()));
                }
                sequences += 1;
            }
            (FRAME_HEADER | FRAME, ..) => frames += 1,
            _ => {}
        }
    }
    if sequences == 0 || frames == 0 {
        return Err(Error::Damaged("there is no picture in its AV1 data".to_owned()));
    }
    if frames > MOST_FRAMES {
        return Err(Error::Unsupported(format!("a picture of {frames} layers")));
    }
    Ok(())
}

/// The data without temporal delimiters, which don't belong into a file, and what its sequence header says.
pub(super) fn for_file(data: &[u8]) -> Result<(Vec<u8>, Sequence), Error> {
    let mut kept = Vec::with_capacity(data.len());
    let mut found = None;
    for unit in units(data) {
        let (kind, body, whole) = unit?;
        if kind == SEQUENCE_HEADER {
            found = Some(sequence(body)?);
        }
        if kind != TEMPORAL_DELIMITER {
            kept.extend_from_slice(whole);
        }
    }
    let sequence = found.ok_or_else(|| Error::Failed("AV1 data without a header".to_owned()))?;
    Ok((kept, sequence))
}

/// Reads a sequence header as far as the size of its pictures (AV1 specification, 5.5).
fn sequence(body: &[u8]) -> Result<Sequence, Error> {
    let mut bits = Bits { bytes: body, at: 0 };
    let read = (|| {
        let profile = bits.take(3)? as u8;
        bits.take(1)?;
        let (mut level, mut tier) = (0, 0);
        if bits.take(1)? == 1 {
            level = bits.take(5)? as u8;
        } else {
            let mut delay_bits = None;
            if bits.take(1)? == 1 {
                bits.skip(64)?;
                if bits.take(1)? == 1 {
                    bits.variable()?;
                }
                if bits.take(1)? == 1 {
                    delay_bits = Some(bits.take(5)? as usize + 1);
                    bits.skip(42)?;
                }
            }
            let display_delay = bits.take(1)? == 1;
            for point in 0..=bits.take(5)? {
                bits.skip(12)?;
                let this_level = bits.take(5)? as u8;
                let this_tier = if this_level > 7 { bits.take(1)? as u8 } else { 0 };
                if point == 0 {
                    (level, tier) = (this_level, this_tier);
                }
                if let Some(delay_bits) = delay_bits
                    && bits.take(1)? == 1
                {
                    bits.skip(2 * delay_bits + 1)?;
                }
                if display_delay && bits.take(1)? == 1 {
                    bits.skip(4)?;
                }
            }
        }
        let (across, down) = (bits.take(4)? as usize + 1, bits.take(4)? as usize + 1);
        let (width, height) = (bits.take(across)? + 1, bits.take(down)? + 1);
        Some(Sequence { profile, level, tier, width, height })
    })();
    read.ok_or_else(|| Error::Damaged("its AV1 header is cut short".to_owned()))
}

/// Bits in turn, the highest of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// The next bits as a number, up to 32.
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut number = 0;
        for _ in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            number = number << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(number)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.at += count;
        (self.at <= self.bytes.len() * 8).then_some(())
    }

    /// A number with as many bits as there are zeros before it.
    fn variable(&mut self) -> Option<()> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
        }
        if zeros < 32 { self.skip(zeros) } else { Some(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of 1:1 time, two operating points and a picture of 640×427, by hand.
    fn long_header() -> Vec<u8> {
        let mut bits: Vec<u8> = Vec::new();
        let mut put =
            |number: u64, count: u32| bits.extend((0..count).rev().map(|bit| (number >> bit & 1) as u8));
        put(0, 3); // profile
        put(0, 1); // still picture
        put(0, 1); // reduced header
        put(1, 1); // timing
        put(1 << 32 | 30, 64);
        put(1, 1); // equal intervals
        put(0b00101, 5); // 4
        put(1, 1); // decoder model
        put(9, 5);
        put(0, 42);
        put(1, 1); // display delay
        put(1, 5); // two operating points
        for level in [8, 5] {
            put(0, 12);
            put(level, 5);
            if level > 7 {
                put(1, 1);
            }
            put(1, 1);
            put(0, 21);
            put(1, 1);
            put(3, 4);
        }
        put(9, 4);
        put(8, 4);
        put(639, 10);
        put(426, 9);
        bits.chunks(8)
            .map(|byte| byte.iter().enumerate().fold(0, |all, (at, bit)| all | bit << (7 - at)))
            .collect()
    }

    #[test]
    fn a_long_header_is_read() {
        let header = long_header();
        let expected = Sequence { profile: 0, level: 8, tier: 1, width: 640, height: 427 };
        assert_eq!(sequence(&header), Ok(expected));
        for end in 0..header.len() - 1 {
            assert!(sequence(&header[..end]).is_err());
        }
    }

    #[test]
    fn sizes_and_frames_are_checked() {
        let header = long_header();
        let unit = |kind: u8, body: &[u8]| [&[kind << 3 | 2, body.len() as u8], body].concat();
        let data =
            [unit(TEMPORAL_DELIMITER, &[]), unit(SEQUENCE_HEADER, &header), unit(FRAME, &[1, 2, 3])].concat();
        assert_eq!(check(&data, 640, 427), Ok(()));
        assert!(matches!(check(&data, 639, 427), Err(Error::Damaged(_))));
        assert!(matches!(check(&data, 640, 426), Err(Error::Damaged(_))));
        let second = [data.clone(), unit(SEQUENCE_HEADER, &header)].concat();
        assert!(check(&second, 640, 427).is_ok() && check(&second, 640, 400).is_err());
        let many = [data.clone(), unit(FRAME, &[0]).repeat(16)].concat();
        assert!(matches!(check(&many, 640, 427), Err(Error::Unsupported(_))));
        assert!(matches!(check(&unit(FRAME, &[0]), 640, 427), Err(Error::Damaged(_))));
        let (kept, _) = for_file(&data).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(kept, data[2..]);
    }
}
