//! Times as archives write them, in milliseconds since 1970.

use time::{Date, Month, PrimitiveDateTime, Time};

/// MS-DOS keeps local time without a zone, which is taken for UTC: nothing says what it was. `None` for what is no date.
pub(crate) fn dos(date: u16, clock: u16) -> Option<i64> {
    let month = Month::try_from((date >> 5 & 15) as u8).ok()?;
    let date = Date::from_calendar_date(1980 + i32::from(date >> 9), month, (date & 31) as u8).ok()?;
    let seconds = (clock & 31) as u8 * 2;
    let clock = Time::from_hms((clock >> 11) as u8, (clock >> 5 & 63) as u8, seconds.min(59)).ok()?;
    seconds_since_1970(PrimitiveDateTime::new(date, clock).assume_utc().unix_timestamp())
}

/// Windows counts units of 100 ns since 1601.
pub(crate) fn filetime(units: u64) -> Option<i64> {
    if units == 0 {
        return None;
    }
    let milliseconds = i64::try_from(units / 10_000).ok()?;
    within(milliseconds - 11_644_473_600_000)
}

/// Unix counts seconds since 1970.
pub(crate) fn seconds_since_1970(seconds: i64) -> Option<i64> {
    within(seconds.checked_mul(1000)?)
}

/// Times that a calendar of four digits can show; others are noise.
pub(crate) fn within(milliseconds: i64) -> Option<i64> {
    (-62_135_596_800_000..=253_402_300_799_999).contains(&milliseconds).then_some(milliseconds)
}
