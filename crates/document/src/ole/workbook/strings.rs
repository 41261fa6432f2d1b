//! Texts of Excel 97 and later. Those that cells share go on from record to record.

use super::super::{four, two, wide};

/// Bytes of all shared texts that are kept, and how many.
const MOST_BYTES: usize = 64 << 20;
const MOST: usize = 1 << 20;

/// The kind of record that goes on with the one before.
const GOES_ON: u16 = 0x3c;

/// One text of `letters` letters in one record.
pub(super) fn single(body: &[u8], letters: usize) -> String {
    let Some((flags, body)) = body.split_first() else { return String::new() };
    decoded(body, letters, flags & 1 != 0)
}

fn decoded(body: &[u8], letters: usize, is_wide: bool) -> String {
    if is_wide {
        wide(body.get(..(letters * 2).min(body.len())).unwrap_or(&[]))
    } else {
        body.iter().take(letters).map(|byte| char::from(*byte)).collect()
    }
}

/// The texts that cells share; their record lies from `from` to `to`, and those that go on with it behind.
pub(super) fn shared(stream: &[u8], from: usize, to: usize) -> Vec<String> {
    let mut parts = Parts { stream, at: from.saturating_add(8), end: to.min(stream.len()) };
    let count = four(stream, from + 4).unwrap_or(0) as usize;
    let mut texts = Vec::new();
    let mut bytes = 0;
    while texts.len() < count.min(MOST) && bytes < MOST_BYTES {
        let Some(text) = parts.text() else { break };
        bytes += text.len();
        texts.push(text);
    }
    texts
}

/// Where reading stands within records that go on.
struct Parts<'a> {
    stream: &'a [u8],
    at: usize,
    end: usize,
}

impl Parts<'_> {
    fn text(&mut self) -> Option<String> {
        if self.at >= self.end {
            self.go_on()?;
        }
        let mut left = usize::from(two(self.stream, self.at)?);
        let mut flags = *self.stream.get(self.at + 2)?;
        self.at += 3;
        let mut extra = 0;
        if flags & 8 != 0 {
            extra += usize::from(two(self.stream, self.at)?) * 4;
            self.at += 2;
        }
        if flags & 4 != 0 {
            extra += four(self.stream, self.at)? as usize;
            self.at += 4;
        }
        let mut text = String::new();
        while left > 0 {
            if self.at >= self.end {
                // A part that goes on with letters says anew how wide they are.
                self.go_on()?;
                flags = *self.stream.get(self.at)?;
                self.at += 1;
            }
            let width = if flags & 1 == 0 { 1 } else { 2 };
            let here = ((self.end.saturating_sub(self.at)) / width).min(left);
            if here == 0 {
                self.at = self.end;
                continue;
            }
            text.push_str(&decoded(self.stream.get(self.at..self.end)?, here, width == 2));
            self.at += here * width;
            left -= here;
        }
        // Fonts of letters and their pronunciation.
        while extra > 0 {
            if self.at >= self.end {
                self.go_on()?;
            }
            let here = extra.min(self.end.saturating_sub(self.at));
            if here == 0 {
                return Some(text);
            }
            self.at += here;
            extra -= here;
        }
        Some(text)
    }

    fn go_on(&mut self) -> Option<()> {
        if two(self.stream, self.end)? != GOES_ON {
            return None;
        }
        let length = usize::from(two(self.stream, self.end + 2)?);
        self.at = self.end + 4;
        self.end = (self.at + length).min(self.stream.len());
        Some(())
    }
}
