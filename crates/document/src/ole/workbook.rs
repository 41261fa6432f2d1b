//! Spreadsheets of Excel 5 to 2003: xls.

mod strings;

use std::collections::HashMap;

use super::{File, eight, four, properties, two};
use crate::codepages::encoding;
use crate::office::formats::{Meaning, built_in, of_code, shown};
use crate::story::Story;
use crate::{Error, Limits, Read};
use encoding_rs::{Encoding, WINDOWS_1252};

/// Columns that a sheet has.
const MOST_COLUMNS: usize = 256;

/// Sheets, styles and formats that are looked at.
const MOST: usize = 100_000;

// Kinds of records.
const FORMULA: u16 = 0x06;
const LOCKED: u16 = 0x2f;
const SINCE_1904: u16 = 0x22;
const CODE_PAGE: u16 = 0x42;
const SHEET: u16 = 0x85;
const NUMBERS: u16 = 0xbd;
const STYLE: u16 = 0xe0;
const STRINGS: u16 = 0xfc;
const SHARED: u16 = 0xfd;
const NUMBER: u16 = 0x203;
const LABEL: u16 = 0x204;
const TRUTH: u16 = 0x205;
const RESULT: u16 = 0x207;
const SHORT_NUMBER: u16 = 0x27e;
const FORMAT: u16 = 0x41e;
const BEGIN: u16 = 0x809;

pub(crate) fn xls(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let mut file = File::open(bytes)?;
    let mut read = Read { facts: properties::facts(&mut file, bytes), ..Read::default() };
    read.facts.pages = None;
    let stream = file.stream("Workbook", bytes).or_else(|| file.stream("Book", bytes));
    let stream = stream.ok_or_else(|| Error::broken("it has no workbook in it"))?;
    let mut reader = Reader::new(&stream, Story::new(limits.text));
    reader.run();
    if reader.locked {
        read.facts.encrypted = true;
        return Ok(read);
    }
    reader.end_row();
    read.facts.pages = u32::try_from(reader.sheets.len()).ok().filter(|sheets| *sheets > 0);
    read.story = reader.story;
    Ok(read)
}

struct Reader<'a> {
    stream: &'a [u8],
    story: Story,
    /// Names of sheets by where they begin.
    sheets: Vec<(u32, String)>,
    strings: Vec<String>,
    styles: Vec<u16>,
    formats: HashMap<u16, Meaning>,
    encoding: &'static Encoding,
    /// Whether texts are those of Excel 97 or later.
    is_new: bool,
    from_1904: bool,
    locked: bool,
    row: u16,
    cells: Vec<String>,
    /// Where the text that a formula made belongs.
    awaited: Option<(u16, u16)>,
}

impl<'a> Reader<'a> {
    fn new(stream: &'a [u8], story: Story) -> Self {
        Self {
            stream,
            story,
            sheets: Vec::new(),
            strings: Vec::new(),
            styles: Vec::new(),
            formats: HashMap::new(),
            encoding: WINDOWS_1252,
            is_new: true,
            from_1904: false,
            locked: false,
            row: 0,
            cells: Vec::new(),
            awaited: None,
        }
    }

    fn run(&mut self) {
        let mut at = 0;
        while let (Some(kind), Some(length)) = (two(self.stream, at), two(self.stream, at + 2)) {
            let (from, to) = (at + 4, at + 4 + usize::from(length));
            let body = self.stream.get(from..to.min(self.stream.len())).unwrap_or(&[]);
            if kind == STRINGS {
                self.strings = strings::shared(self.stream, from, to);
            } else {
                self.record(kind, body, at);
            }
            if self.locked || self.story.is_full() {
                return;
            }
            at = to;
        }
    }

    fn record(&mut self, kind: u16, body: &[u8], at: usize) {
        match kind {
            BEGIN => self.begin(body, at),
            LOCKED => self.locked = true,
            SINCE_1904 => self.from_1904 = two(body, 0) == Some(1),
            CODE_PAGE => self.encoding = encoding(two(body, 0).map_or(1252, u32::from)),
            SHEET if self.sheets.len() < MOST => {
                let name = self.text(body.get(6..).unwrap_or(&[]), true);
                self.sheets.push((four(body, 0).unwrap_or(0), name));
            }
            STYLE if self.styles.len() < MOST => self.styles.push(two(body, 2).unwrap_or(0)),
            FORMAT if self.formats.len() < MOST => {
                let code = self.text(body.get(2..).unwrap_or(&[]), !self.is_new);
                self.formats.insert(two(body, 0).unwrap_or(0), of_code(&code));
            }
            _ => {
                self.cells_of(kind, body);
            }
        }
    }

    fn begin(&mut self, body: &[u8], at: usize) {
        self.is_new = two(body, 0) == Some(0x600);
        // 16 is a sheet of cells; charts and macros have a stream of their own as well.
        if two(body, 2) == Some(16)
            && let Some((_, name)) = self.sheets.iter().find(|(start, _)| *start as usize == at)
        {
            let name = name.clone();
            self.end_row();
            self.story.page_break();
            self.story.heading(2, &name);
        }
    }

    fn cells_of(&mut self, kind: u16, body: &[u8]) -> Option<()> {
        let (row, column) = (two(body, 0)?, two(body, 2)?);
        let style = two(body, 4).unwrap_or(0);
        match kind {
            SHARED => {
                let text = self.strings.get(four(body, 6)? as usize)?.clone();
                self.cell(row, column, text);
            }
            LABEL => {
                let text = self.text(body.get(6..)?, false);
                self.cell(row, column, text);
            }
            NUMBER => self.number(row, column, style, f64::from_bits(eight(body, 6)?)),
            SHORT_NUMBER => self.number(row, column, style, short(four(body, 6)?)),
            NUMBERS => {
                let cells = body.get(4..body.len().saturating_sub(2))?.chunks_exact(6);
                for (number, cell) in cells.take(MOST_COLUMNS).enumerate() {
                    self.number(
                        row,
                        column.saturating_add(number as u16),
                        two(cell, 0)?,
                        short(four(cell, 2)?),
                    );
                }
            }
            TRUTH if body.get(7) == Some(&0) => {
                self.cell(row, column, if body.get(6) == Some(&0) { "FALSE" } else { "TRUE" }.to_owned());
            }
            FORMULA if two(body, 12) == Some(0xffff) => match body.get(6)? {
                0 => self.awaited = Some((row, column)),
                1 => {
                    self.cell(row, column, if body.get(8) == Some(&0) { "FALSE" } else { "TRUE" }.to_owned())
                }
                _ => {}
            },
            FORMULA => self.number(row, column, style, f64::from_bits(eight(body, 6)?)),
            RESULT => {
                let (row, column) = self.awaited.take()?;
                let text = self.text(body, false);
                self.cell(row, column, text);
            }
            _ => {}
        }
        Some(())
    }

    fn number(&mut self, row: u16, column: u16, style: u16, number: f64) {
        let format = self.styles.get(usize::from(style)).copied().unwrap_or(0);
        let meaning = self.formats.get(&format).copied().unwrap_or(built_in(u32::from(format)));
        self.cell(row, column, shown(meaning, number, self.from_1904));
    }

    fn cell(&mut self, row: u16, column: u16, text: String) {
        if row != self.row {
            self.end_row();
            self.row = row;
        }
        let column = usize::from(column).min(MOST_COLUMNS);
        while self.cells.len() <= column {
            self.cells.push(String::new());
        }
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = text;
        }
    }

    fn end_row(&mut self) {
        self.story.row(self.cells.drain(..));
    }

    /// A text with its length before it, in one byte or two.
    fn text(&self, body: &[u8], short: bool) -> String {
        let length =
            if short { body.first().copied().map(usize::from) } else { two(body, 0).map(usize::from) };
        let body = body.get(if short { 1 } else { 2 }..).unwrap_or(&[]);
        let length = length.unwrap_or(0);
        if self.is_new {
            strings::single(body, length)
        } else {
            self.encoding
                .decode_without_bom_handling(body.get(..length.min(body.len())).unwrap_or(&[]))
                .0
                .into_owned()
        }
    }
}

/// A number of four bytes: a whole one or the first half of one with a fraction, perhaps a hundred times too large.
fn short(number: u32) -> f64 {
    let whole = if number & 2 == 0 {
        f64::from_bits(u64::from(number & !3) << 32)
    } else {
        f64::from(number as i32 >> 2)
    };
    if number & 1 == 0 { whole } else { whole / 100.0 }
}
