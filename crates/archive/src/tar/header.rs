//! One header of 512 bytes.

use crate::dates;

use super::{BLOCK, text};

/// A block whose checksum is right.
pub(crate) struct Header<'a>(&'a [u8; BLOCK]);

impl<'a> Header<'a> {
    /// The header in a block, if it is one: the sum of all its bytes stands in it, added with or without a sign.
    pub(crate) fn of(block: &'a [u8; BLOCK]) -> Option<Self> {
        let expected = octal(&block[148..156])?;
        let counted = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
        let sum: i64 = block.iter().enumerate().map(|(at, byte)| i64::from(counted(at, *byte))).sum();
        let signed: i64 =
            block.iter().enumerate().map(|(at, byte)| i64::from(counted(at, *byte).cast_signed())).sum();
        (block[0] != 0 || is_extension(block[156])).then_some(())?;
        let expected = i64::try_from(expected).ok()?;
        (expected == sum || expected == signed).then_some(Self(block))
    }

    /// What kind of entry it is, as POSIX spells it.
    pub(crate) fn kind(&self) -> u8 {
        self.0[156]
    }

    /// The name: in two parts where the dialect is POSIX's.
    pub(crate) fn name(&self) -> String {
        let name = text(&self.0[..100]);
        let prefix = if &self.0[257..263] == b"ustar\0" { text(&self.0[345..500]) } else { String::new() };
        match prefix.is_empty() {
            true => name,
            false => format!("{prefix}/{name}"),
        }
    }

    /// Where a link leads.
    pub(crate) fn link(&self) -> String {
        text(&self.0[157..257])
    }

    pub(crate) fn size(&self) -> Option<u64> {
        number(&self.0[124..136])
    }

    /// Bytes that follow: links, folders and devices have none, whatever they say of their size.
    pub(crate) fn stored(&self, size: u64) -> u64 {
        if matches!(self.kind(), b'1'..=b'6') { 0 } else { size }
    }

    /// The size of an old GNU sparse file with its holes.
    pub(crate) fn real_size(&self) -> Option<u64> {
        number(&self.0[483..495])
    }

    pub(crate) fn modified(&self) -> Option<i64> {
        let seconds = i64::try_from(number(&self.0[136..148])?).ok()?;
        (seconds > 0).then(|| dates::seconds_since_1970(seconds))?
    }
}

fn is_extension(kind: u8) -> bool {
    matches!(kind, b'x' | b'X' | b'g' | b'L' | b'K')
}

/// A number in octal digits, or in base 256 where its first bit is set. Negative ones are none.
fn number(field: &[u8]) -> Option<u64> {
    match field[0] {
        0x80 => {
            let (high, low) = field.split_at(field.len() - 8);
            high[1..].iter().all(|byte| *byte == 0).then_some(())?;
            Some(u64::from_be_bytes(low.try_into().ok()?)).filter(|value| *value <= i64::MAX.unsigned_abs())
        }
        0x81.. => None,
        _ => octal(field),
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let digits =
        field.iter().copied().skip_while(|byte| *byte == b' ').take_while(|byte| !matches!(byte, 0 | b' '));
    digits.into_iter().try_fold(0_u64, |value, digit| match digit {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}
