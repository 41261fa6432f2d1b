//! Dates as documents write them, made one: `2026-11-30T18:25:00Z`.

use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset};

/// A date of XML: `2013-12-23T23:15:00Z`, perhaps with less behind the day. Without a zone it is taken for UTC.
pub(crate) fn of_xml(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(date) = OffsetDateTime::parse(text, &Rfc3339) {
        return written(date);
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u8>().ok();
    let year = text.get(..4)?.parse().ok()?;
    let day = (number(5, 7).unwrap_or(1), number(8, 10).unwrap_or(1));
    let clock = (number(11, 13).unwrap_or(0), number(14, 16).unwrap_or(0), number(17, 19).unwrap_or(0));
    of_parts(year, day, clock, 0)
}

/// A date by its parts, and the minutes that its clock is ahead of UTC.
pub(crate) fn of_parts(year: i32, (month, day): (u8, u8), clock: (u8, u8, u8), ahead: i32) -> Option<String> {
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let time = Time::from_hms(clock.0, clock.1, clock.2).ok()?;
    let offset = UtcOffset::from_whole_seconds(ahead.checked_mul(60)?).ok()?;
    written(OffsetDateTime::new_in_offset(date, time, offset))
}

/// A date of Windows: steps of 100 nanoseconds since 1601. None is written as 0.
pub(crate) fn of_windows(steps: u64) -> Option<String> {
    const TO_1970: i64 = 11_644_473_600;
    let seconds = i64::try_from(steps / 10_000_000).ok().filter(|seconds| *seconds > 0)?;
    written(OffsetDateTime::from_unix_timestamp(seconds - TO_1970).ok()?)
}

/// A day of a spreadsheet: days since the end of 1899, and what of a day has passed.
pub(crate) fn of_sheet(days: f64, from_1904: bool) -> Option<String> {
    if !(0.0..3_000_000.0).contains(&days) {
        return None;
    }
    let start = if from_1904 {
        Date::from_calendar_date(1904, Month::January, 1)
    } else {
        Date::from_calendar_date(1899, Month::December, 30)
    };
    let date = start.ok()?.midnight().checked_add(Duration::seconds((days * 86_400.0).round() as i64))?;
    let (day, time) = (date.date(), date.time());
    let clock = format!("{:02}:{:02}", time.hour(), time.minute());
    Some(match (days < 1.0, time == Time::MIDNIGHT) {
        (true, _) => clock,
        (_, true) => day.to_string(),
        _ => format!("{day} {clock}"),
    })
}

fn written(date: OffsetDateTime) -> Option<String> {
    let date = date.to_offset(UtcOffset::UTC).replace_nanosecond(0).ok()?;
    if !(1900..=9999).contains(&date.year()) {
        return None;
    }
    date.format(&Rfc3339).ok()
}
