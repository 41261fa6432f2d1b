//! Numbers of the language.

use std::fmt;

/// A number with two decimals, kept whole so that equal addresses are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Hundredths(u32);

impl Hundredths {
    /// This many hundredths.
    pub const fn new(hundredths: u32) -> Hundredths {
        Hundredths(hundredths)
    }

    /// The number.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// Reads `12`, `.5` and `12.345`, rounded to two decimals. Signs and exponents are no part of the language.
    pub(super) fn parse(text: &str) -> Option<Hundredths> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || whole.len() + decimals.len() == 0 || whole.len() > 6 {
            return None;
        }
        let whole: u32 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let thousandths =
            decimals.bytes().chain(*b"000").take(3).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        Some(Hundredths(whole * 100 + (thousandths + 5) / 10))
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}
