//! Tables in plain text: CSV and TSV.

use crate::plain::decoded;
use crate::story::Story;
use crate::{Error, Limits, Read};

/// Bytes that the separator is guessed from.
const GUESSED_FROM: usize = 16 << 10;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let text = decoded(bytes, limits.text);
    let mut story = Story::new(limits.text);
    let mut rest = text.as_str();
    let separator = match rest.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")) {
        // What Excel writes in the first line.
        Some(_) => {
            let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
            rest = behind;
            line.chars().nth(4).unwrap_or(',')
        }
        None => separator(rest),
    };
    while !rest.is_empty() && !story.is_full() {
        let (cells, behind) = row(rest, separator);
        story.row(cells);
        rest = behind;
    }
    Ok(Read { story, ..Read::default() })
}

/// The character that stands equally often in most of the first lines.
fn separator(text: &str) -> char {
    let mut end = text.len().min(GUESSED_FROM);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or(text);
    let lines: Vec<&str> = head.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    let score = |separator: char| {
        let counts: Vec<usize> = lines.iter().map(|line| row(line, separator).0.len() - 1).collect();
        let usual = counts.first().copied().unwrap_or(0);
        if usual == 0 { (0, 0) } else { (counts.iter().filter(|count| **count == usual).count(), usual) }
    };
    let best = [',', ';', '\t', '|'].into_iter().rev().max_by_key(|separator| score(*separator));
    best.filter(|separator| score(*separator).0 > 0).unwrap_or(',')
}

/// The cells of the first row, and what is behind it. Quotes may hold separators, line breaks, and quotes written twice.
fn row(text: &str, separator: char) -> (Vec<String>, &str) {
    let mut cells = vec![String::new()];
    let (mut quoted, mut before) = (false, '\0');
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let fresh = cells.last().is_some_and(String::is_empty);
        match letter {
            '"' if quoted && letters.peek().is_some_and(|(_, next)| *next == '"') => {
                letters.next();
                push(&mut cells, '"');
            }
            '"' if quoted => quoted = false,
            '"' if fresh && before != '"' => quoted = true,
            '\n' if !quoted => return (cells, text.get(at + 1..).unwrap_or("")),
            letter if letter == separator && !quoted => cells.push(String::new()),
            letter => push(&mut cells, letter),
        }
        before = letter;
    }
    (cells, "")
}

fn push(cells: &mut [String], letter: char) {
    if let Some(cell) = cells.last_mut() {
        cell.push(letter);
    }
}
