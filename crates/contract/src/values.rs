//! Scalars with a spelling of their own on the wire (CONTRACT 0.3, 0.4), and the tolerance of proto JSON: a number or a
//! flag may come as text, as it does in a query string.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// A 64-bit integer: a decimal string on the wire. `-1` is a size that isn't known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Int64(pub i64);

impl Serialize for Int64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Int64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IntegerVisitor).map(Int64)
    }
}

impl JsonSchema for Int64 {
    fn schema_name() -> Cow<'static, str> {
        "Int64".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^-?[0-9]{1,19}$", "description": "64-bit integer in decimal" })
    }
}

struct IntegerVisitor;

impl Visitor<'_> for IntegerVisitor {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::custom("the number is too large"))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<i64, E> {
        // Proto JSON lets an integer be written as 5.0; beyond 2^53 such a number no longer says which it is.
        let exact = value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0;
        if exact { Ok(value as i64) } else { Err(E::custom("expected an integer")) }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<i64, E> {
        value.trim().parse().map_err(|_| E::custom(format!("`{}` is not an integer", shortened(value))))
    }
}

/// Reads an optional integer that may be written as text.
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<Int64>::deserialize(deserializer)?.map(|value| value.0))
}

/// Reads an optional flag that may be written as text.
pub fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Flag {
        Bool(bool),
        Text(String),
    }
    match Option::<Flag>::deserialize(deserializer)
        .map_err(|_| de::Error::custom("expected true or false"))?
    {
        None => Ok(None),
        Some(Flag::Bool(value)) => Ok(Some(value)),
        Some(Flag::Text(text)) => match text.as_str() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            other => Err(de::Error::custom(format!("expected true or false, not `{}`", shortened(other)))),
        },
    }
}

/// Reads a list of texts; one text alone, as a query string with a single value has it, is a list of one.
pub fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Texts {
        One(String),
        Many(Vec<String>),
    }
    let read = Option::<Texts>::deserialize(deserializer)
        .map_err(|_| de::Error::custom("expected a list of texts"))?;
    Ok(read.map(|texts| match texts {
        Texts::One(text) => vec![text],
        Texts::Many(texts) => texts,
    }))
}

/// The first 60 characters, for a sentence that quotes what a client sent.
pub fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        None => text.into(),
        Some((end, _)) => format!("{}…", &text[..end]).into(),
    }
}

/// An instant in UTC, to the millisecond: `2022-09-11T15:13:24.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub millis: i64,
}

const ISO: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.millis) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        f.write_str(&instant.format(ISO).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let wrong = |_| de::Error::custom("expected an instant such as 2026-01-31T23:59:59.000Z");
        let instant = OffsetDateTime::parse(&text, &Rfc3339).map_err(wrong)?;
        Ok(Timestamp { millis: (instant.unix_timestamp_nanos() / 1_000_000) as i64 })
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_come_as_numbers_or_text_and_leave_as_text() {
        for (json, value) in [("5", 5), ("\"-1\"", -1), ("5.0", 5), ("9223372036854775807", i64::MAX)] {
            assert_eq!(serde_json::from_str::<Int64>(json).expect(json).0, value);
        }
        for json in ["1.5", "\"x\"", "9223372036854775808", "true", "[]", "1e30"] {
            assert!(serde_json::from_str::<Int64>(json).is_err(), "{json}");
        }
        assert_eq!(serde_json::to_string(&Int64(15359)).expect("an integer"), "\"15359\"");
    }

    #[test]
    fn instants_are_iso_with_milliseconds() {
        assert_eq!(Timestamp { millis: 1_662_909_204_000 }.to_string(), "2022-09-11T15:13:24.000Z");
        assert_eq!(Timestamp { millis: 7 }.to_string(), "1970-01-01T00:00:00.007Z");
    }
}
