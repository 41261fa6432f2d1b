//! A cue: when it is shown, where, and what it says.

use std::fmt::Write as _;

use super::ARROW;

/// A cue, with text that is clean.
pub(super) struct Cue {
    pub(super) id: Option<String>,
    pub(super) timing: Timing,
    pub(super) text: String,
}

impl Cue {
    pub(super) fn write(&self, written: &mut String) {
        let Timing { start, end, settings } = &self.timing;
        written.push('\n');
        if let Some(id) = &self.id {
            written.push_str(id);
            written.push('\n');
        }
        // Writing to a string can't fail.
        let _ = write!(written, "{} {ARROW} {}", time(*start), time(*end));
        for (name, value) in settings {
            let _ = write!(written, " {name}:{value}");
        }
        let _ = writeln!(written, "\n{}", self.text);
    }
}

/// The line that begins a cue.
pub(super) struct Timing {
    /// Milliseconds.
    pub(super) start: u64,
    /// Milliseconds.
    pub(super) end: u64,
    settings: Vec<(&'static str, String)>,
}

impl Timing {
    /// Reads a line with an arrow; the error is the part that is no time.
    pub(super) fn parse(line: &str) -> Result<Timing, &str> {
        let (start, rest) = line.split_once(ARROW).ok_or(line)?;
        let mut words = rest.split_whitespace();
        let end = words.next().unwrap_or("");
        let mut settings = Vec::new();
        for (name, value) in words.filter_map(setting) {
            // The last one counts.
            settings.retain(|(other, _)| *other != name);
            settings.push((name, value));
        }
        Ok(Timing { start: milliseconds(start).ok_or(start)?, end: milliseconds(end).ok_or(end)?, settings })
    }
}

/// Reads `hh:mm:ss.mmm`; the hours may be missing, and SubRip has a comma.
fn milliseconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.trim().rsplit_once(['.', ','])?;
    let mut parts = whole.rsplit(':');
    let seconds = number(parts.next()?, 2).filter(|seconds| *seconds < 60)?;
    let minutes = number(parts.next()?, 2).filter(|minutes| *minutes < 60)?;
    let hours = parts.next().map_or(Some(0), |hours| number(hours, 4))?;
    if parts.next().is_some() {
        return None;
    }
    // `.5` is half a second.
    let scale = [100, 10, 1].get(fraction.len().checked_sub(1)?)?;
    let fraction = number(fraction, 3)? * scale;
    Some(((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction)
}

/// A number of at most so many digits.
fn number(text: &str, digits: usize) -> Option<u64> {
    let fits = text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| fits)
}

fn time(milliseconds: u64) -> String {
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    format!("{:02}:{:02}:{seconds:02}.{rest:03}", minutes / 60, minutes % 60)
}

/// A setting that WebVTT knows and whose value is valid. Regions are none: they aren't kept.
fn setting(word: &str) -> Option<(&'static str, String)> {
    let (name, value) = word.split_once(':')?;
    let (main, side) = match value.split_once(',') {
        Some((main, side)) => (main, Some(side)),
        None => (value, None),
    };
    let among = |sides: &[&str]| side.is_none_or(|side| sides.contains(&side));
    let (name, valid) = match name {
        "vertical" => ("vertical", matches!(value, "rl" | "lr")),
        "line" => ("line", (is_percentage(main) || is_line(main)) && among(&["start", "center", "end"])),
        "position" => ("position", is_percentage(main) && among(&["line-left", "center", "line-right"])),
        "size" => ("size", is_percentage(value)),
        // What it was called before.
        "align" if value == "middle" => return Some(("align", "center".to_owned())),
        "align" => ("align", matches!(value, "start" | "center" | "end" | "left" | "right")),
        _ => return None,
    };
    valid.then(|| (name, value.to_owned()))
}

fn is_percentage(text: &str) -> bool {
    let value = text.strip_suffix('%').filter(|number| is_decimal(number));
    value.and_then(|number| number.parse::<f64>().ok()).is_some_and(|value| value <= 100.0)
}

fn is_line(text: &str) -> bool {
    is_decimal(text.strip_prefix('-').unwrap_or(text))
}

fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    text.len() <= 16 && digits(whole) && digits(fraction)
}
