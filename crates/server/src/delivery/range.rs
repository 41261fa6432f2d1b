//! `Range` (RFC 9110, 14.2): one range, several, or none that can be had.

use std::ops::Range;

/// What a `Range` header asks of something `length` bytes long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everything: there is no range, or it is one to ignore (another unit, malformed, too many).
    Whole,
    /// One range.
    One(Range<u64>),
    /// Several, in the order asked for.
    Many(Vec<Range<u64>>),
    /// None that lies inside.
    Nothing,
}

/// More ranges than this in one request are an attack, not a reader; such a header is ignored.
const MOST: usize = 16;

/// Reads the header's value.
pub(super) fn asked(header: Option<&str>, length: u64) -> Asked {
    let Some(list) = header.and_then(|value| value.trim().strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    let mut ranges = Vec::new();
    for (index, text) in list.split(',').enumerate() {
        let Some((first, last)) = text.trim().split_once('-') else { return Asked::Whole };
        if index == MOST {
            return Asked::Whole;
        }
        let bounds = match (number(first), number(last)) {
            (Some(Some(first)), Some(None)) => first..length,
            (Some(Some(first)), Some(Some(last))) if first <= last => {
                first..last.saturating_add(1).min(length)
            }
            (Some(None), Some(Some(suffix))) => length.saturating_sub(suffix)..length,
            _ => return Asked::Whole,
        };
        if bounds.start < bounds.end {
            ranges.push(bounds);
        }
    }
    // Ranges that together ask for more than there is gain nobody anything but us more work.
    let sum: u64 = ranges.iter().map(|range| range.end - range.start).sum();
    match ranges.len() {
        0 => Asked::Nothing,
        1 => Asked::One(ranges.swap_remove(0)),
        _ if sum > length => Asked::Whole,
        _ => Asked::Many(ranges),
    }
}

/// `None` for what is no number, `Some(None)` for nothing at all.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| Some(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let one = |range| Asked::One(range);
        for (header, expected) in [
            ("bytes=0-0", one(0..1)),
            ("bytes=2-", one(2..10)),
            ("bytes=-3", one(7..10)),
            ("bytes=-99", one(0..10)),
            ("bytes=5-99", one(5..10)),
            ("bytes=0-1, 4-5", Asked::Many(vec![0..2, 4..6])),
            ("bytes=20-30, 4-5", one(4..6)),
            ("bytes=10-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=99999999999999999999-", Asked::Nothing),
            ("bytes=3-1", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("items=0-1", Asked::Whole),
            ("bytes=0-9,0-9", Asked::Whole),
        ] {
            assert_eq!(asked(Some(header), 10), expected, "{header}");
        }
        assert_eq!(asked(None, 10), Asked::Whole);
        assert_eq!(asked(Some("bytes=0-"), 0), Asked::Nothing);
        let many = format!("bytes={}", vec!["0-0"; 17].join(","));
        assert_eq!(asked(Some(&many), 1000), Asked::Whole);
    }
}
