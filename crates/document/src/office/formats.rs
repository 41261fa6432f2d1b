//! How the numbers of a spreadsheet are shown: enough to tell dates and percentages from plain numbers.

use std::collections::HashMap;

use crate::package::Package;
use crate::xml::{Flow, Node};
use crate::{Error, dates};

/// Styles and formats that are looked at.
const MOST: usize = 100_000;

/// What a number is meant as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Number,
    Date,
    Percentage,
}

/// Meanings by the number of a style.
#[derive(Default)]
pub(crate) struct Formats(pub(crate) Vec<Meaning>);

impl Formats {
    /// A number as it is shown, about.
    pub(crate) fn shown(&self, style: usize, value: &str, from_1904: bool) -> String {
        let meaning = self.0.get(style).copied().unwrap_or(Meaning::Number);
        match value.trim().parse() {
            Ok(number) => shown(meaning, number, from_1904),
            Err(_) => value.to_owned(),
        }
    }
}

/// A number as it is shown, about: without the noise of the last digits.
pub(crate) fn shown(meaning: Meaning, number: f64, from_1904: bool) -> String {
    match meaning {
        Meaning::Date => dates::of_sheet(number, from_1904).unwrap_or_else(|| plain(number)),
        Meaning::Percentage => format!("{}%", plain((number * 10_000.0).round() / 100.0)),
        Meaning::Number => plain(number),
    }
}

fn plain(number: f64) -> String {
    if number.abs() >= 1e15 || (number != 0.0 && number.abs() < 1e-6) {
        return format!("{number:e}");
    }
    let rounded = format!("{number:.9}");
    rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn read(package: &mut Package<'_>, part: &str) -> Result<Formats, Error> {
    let mut own: HashMap<u32, Meaning> = HashMap::new();
    let mut styles = Vec::new();
    let mut in_cells = false;
    package.walk(part, |node| {
        match node {
            Node::Open(tag) => match tag.name() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (tag.number("numFmtId"), tag.attribute("formatCode")) {
                        own.insert(id, of_code(&code));
                    }
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = tag.number("numFmtId").unwrap_or(0);
                    styles.push(own.get(&id).copied().unwrap_or(built_in(id)));
                }
                _ => {}
            },
            Node::Close("cellXfs") => return Flow::Break(()),
            _ => {}
        }
        if styles.len() < MOST && own.len() < MOST { Flow::Continue(()) } else { Flow::Break(()) }
    })?;
    Ok(Formats(styles))
}

/// What a format that every spreadsheet knows means.
pub(crate) fn built_in(id: u32) -> Meaning {
    match id {
        9 | 10 => Meaning::Percentage,
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Meaning::Date,
        _ => Meaning::Number,
    }
}

/// What a format means by how it is written: `yyyy-mm-dd`, `0.0%`. Quoted text, colours and conditions say nothing.
pub(crate) fn of_code(code: &str) -> Meaning {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    for letter in code.chars() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match letter {
            '"' => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' if !quoted => bracketed = false,
            '\\' | '_' | '*' => escaped = true,
            _ if quoted || bracketed => {}
            '%' => return Meaning::Percentage,
            'y' | 'm' | 'd' | 'h' | 's' | 'Y' | 'M' | 'D' | 'H' | 'S' => return Meaning::Date,
            // `General` has no letter of a date, but a scientific number has none either way.
            'G' | 'g' => return Meaning::Number,
            _ => {}
        }
    }
    Meaning::Number
}
