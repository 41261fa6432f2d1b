//! Rows of numbers.

use crate::{Error, broken};

use super::header::{Element, Form, Number};

/// What follows the header.
pub(super) struct Rows<'a> {
    rest: &'a [u8],
    form: Form,
}

impl<'a> Rows<'a> {
    pub(super) fn new(rest: &'a [u8], form: Form) -> Self {
        Self { rest, form }
    }

    /// Shows each number of the next row, by the place of its property. A row takes at least a byte, so that their count
    /// is bounded by the bytes that there are.
    pub(super) fn read(&mut self, element: &Element, see: &mut dyn FnMut(usize, f64)) -> Result<(), Error> {
        if element.properties.is_empty() {
            return Err(broken("its rows are empty"));
        }
        for (at, property) in element.properties.iter().enumerate() {
            let Some(length) = property.length else {
                see(at, self.number(property.kind)?);
                continue;
            };
            let count = self.number(length)?;
            if count < 0.0 || count > self.rest.len() as f64 {
                return Err(broken("it ends too early"));
            }
            for _ in 0..count as u64 {
                see(at, self.number(property.kind)?);
            }
        }
        Ok(())
    }

    fn number(&mut self, kind: Number) -> Result<f64, Error> {
        if self.form == Form::Words {
            return self.word();
        }
        let (bytes, rest) =
            self.rest.split_at_checked(kind.bytes()).ok_or_else(|| broken("it ends too early"))?;
        self.rest = rest;
        let mut padded = [0; 8];
        padded[..bytes.len()].copy_from_slice(bytes);
        if self.form == Form::Big {
            padded[..bytes.len()].reverse();
        }
        let [a, b, c, d, ..] = padded;
        Ok(match kind {
            Number::I8 => f64::from(a.cast_signed()),
            Number::U8 => f64::from(a),
            Number::I16 => f64::from(i16::from_le_bytes([a, b])),
            Number::U16 => f64::from(u16::from_le_bytes([a, b])),
            Number::I32 => f64::from(i32::from_le_bytes([a, b, c, d])),
            Number::U32 => f64::from(u32::from_le_bytes([a, b, c, d])),
            Number::F32 => f64::from(f32::from_le_bytes([a, b, c, d])),
            Number::F64 => f64::from_le_bytes(padded),
        })
    }

    fn word(&mut self) -> Result<f64, Error> {
        let rest = self.rest.trim_ascii_start();
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        let number = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
        number.ok_or_else(|| broken(if word.is_empty() { "it ends too early" } else { "a number is none" }))
    }
}
