//! Captions as people bring them, made into clean WebVTT.

mod cue;
mod decode;
mod text;

#[cfg(test)]
mod tests;

use cue::{Cue, Timing};

/// Bytes that captions may have, as they come and as they are written: those of a long film have 0.2 MiB.
const LONGEST: usize = 2 << 20;

/// Cues that captions may have.
const MOST_CUES: usize = 50_000;

/// Why captions could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaptionError {
    /// They are too long, as they came or as WebVTT.
    #[error("captions have at most 2 MiB")]
    TooLong,
    /// There are too many cues.
    #[error("captions have at most {MOST_CUES} cues")]
    TooMany,
    /// Something is wrong in one line.
    #[error("line {line}: {what}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it, for whoever wrote it.
        what: String,
    },
    /// There is nothing to show.
    #[error("there is no cue in it")]
    Empty,
}

/// Makes WebVTT of WebVTT or SubRip, which are told apart by how they begin. The text may be UTF-8, UTF-16 with a
/// byte order mark, or else Windows-1252. What comes out is UTF-8 and in the order of time; read again, it comes out
/// unchanged. Comments, styles and regions are left out, and so are cues that end before they begin.
///
/// # Errors
///
/// [`CaptionError::Line`] where a cue's times can't be read, [`CaptionError::Empty`] where no cue is left.
pub fn to_webvtt(text: &[u8]) -> Result<String, CaptionError> {
    if text.len() > LONGEST {
        return Err(CaptionError::TooLong);
    }
    let text = decode::decode(text);
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| !line.trim().is_empty());
    let first = first.ok_or(CaptionError::Empty)?;
    let mut cues = Cues::default();
    match lines.get(first).and_then(|line| line.strip_prefix("WEBVTT")) {
        Some(rest) if rest.is_empty() || rest.starts_with([' ', '\t']) => {
            webvtt(&lines, first + 1, &mut cues)?
        }
        _ => subrip(&lines, &mut cues)?,
    }
    cues.written()
}

/// What separates the times of a cue.
const ARROW: &str = "-->";

fn has_arrow(lines: &[&str], at: usize) -> bool {
    lines.get(at).is_some_and(|line| line.contains(ARROW))
}

fn is_blank(lines: &[&str], at: usize) -> bool {
    lines.get(at).is_none_or(|line| line.is_empty())
}

/// Reads what follows the first line of WebVTT, block by block as the standard has it.
fn webvtt(lines: &[&str], start: usize, cues: &mut Cues) -> Result<(), CaptionError> {
    let mut at = behind_block(lines, start);
    while let Some(line) = lines.get(at) {
        let id = if line.contains(ARROW) {
            None
        } else if has_arrow(lines, at + 1) {
            at += 1;
            Some(line.trim()).filter(|id| !id.is_empty())
        } else {
            // A comment, a style, a region, or nothing that is known.
            at = if line.is_empty() { at + 1 } else { behind_block(lines, at + 1) };
            continue;
        };
        let timing = timing(lines, at)?;
        let end = behind_block(lines, at + 1);
        let text = text::cleaned(lines.get(at + 1..end).unwrap_or(&[]), false);
        cues.add(id, timing, text)?;
        at = end;
    }
    Ok(())
}

/// Where a block ends: at a blank line, or where times begin the next.
fn behind_block(lines: &[&str], start: usize) -> usize {
    let mut at = start;
    while !is_blank(lines, at) && !has_arrow(lines, at) {
        at += 1;
    }
    at
}

/// Reads SubRip. What stands behind a blank line still belongs to the cue before: people write it so.
fn subrip(lines: &[&str], cues: &mut Cues) -> Result<(), CaptionError> {
    let first = (0..lines.len()).find(|at| has_arrow(lines, *at));
    let stray = |at: &usize| {
        let line = lines.get(*at).map_or("", |line| line.trim());
        // The number of the first cue may be missing or stand alone.
        !line.bytes().all(|byte| byte.is_ascii_digit())
    };
    if let Some(at) = (0..first.unwrap_or(lines.len())).find(stray) {
        return Err(wrong(at, lines.get(at).copied().unwrap_or("")));
    }
    let Some(mut at) = first else {
        return Err(CaptionError::Empty);
    };
    while at < lines.len() {
        let timing = timing(lines, at)?;
        let next = (at + 1..lines.len()).find(|at| has_arrow(lines, *at));
        let end = next.unwrap_or(lines.len());
        let number = lines.get(end - 1).is_some_and(|line| is_number(line));
        let own = if next.is_some() && number && end - 1 > at { end - 1 } else { end };
        let text = text::cleaned(lines.get(at + 1..own).unwrap_or(&[]), true);
        cues.add(None, timing, text)?;
        at = end;
    }
    Ok(())
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

fn timing(lines: &[&str], at: usize) -> Result<Timing, CaptionError> {
    let line = lines.get(at).copied().unwrap_or("");
    Timing::parse(line).map_err(|wrong_part| wrong(at, wrong_part))
}

/// Letters of a wrong line that are shown.
const QUOTED: usize = 40;

fn wrong(at: usize, part: &str) -> CaptionError {
    let part: String = part.trim().chars().take(QUOTED).collect();
    let what =
        if part.is_empty() { "a cue time is missing".to_owned() } else { format!("`{part}` is no cue time") };
    CaptionError::Line { line: at + 1, what }
}

/// Cues as they are found.
#[derive(Default)]
struct Cues(Vec<Cue>);

impl Cues {
    fn add(&mut self, id: Option<&str>, timing: Timing, text: String) -> Result<(), CaptionError> {
        if timing.end <= timing.start || text.is_empty() {
            return Ok(());
        }
        if self.0.len() >= MOST_CUES {
            return Err(CaptionError::TooMany);
        }
        let id = id.map(str::to_owned);
        self.0.push(Cue { id, timing, text });
        Ok(())
    }

    fn written(mut self) -> Result<String, CaptionError> {
        self.0.sort_by_key(|cue| cue.timing.start);
        let mut written = String::from("WEBVTT\n");
        for cue in &self.0 {
            cue.write(&mut written);
        }
        match (self.0.is_empty(), written.len() > LONGEST) {
            (true, _) => Err(CaptionError::Empty),
            (_, true) => Err(CaptionError::TooLong),
            _ => Ok(written),
        }
    }
}
