//! Spreadsheets: xlsx.

use super::formats::{self, Formats};
use super::{Relation, relations};
use crate::package::Package;
use crate::story::Story;
use crate::xml::{Flow, Node, Tag};
use crate::{Error, Limits, Read};

/// Sheets that are read.
const MOST_SHEETS: usize = 4096;

/// Texts that cells share, and the bytes of them all. More are left out.
const MOST_SHARED: usize = 1 << 20;
const MOST_SHARED_BYTES: usize = 64 << 20;

/// Bytes of a cell that are kept: Excel's own limit, four times over for the widest letters.
const LONGEST: usize = 4 * 32_767;

/// Columns that keep their place; cells further to the right follow on at once.
const PLACED: usize = 64;

/// Cells of a row that are kept.
const MOST_CELLS: usize = 1024;

pub(super) fn read(
    package: &mut Package<'_>,
    main: &str,
    limits: &Limits,
    read: &mut Read,
) -> Result<(), Error> {
    let mut sheets = Vec::new();
    let mut from_1904 = false;
    let found = package.walk(main, |node| {
        if let Node::Open(tag) = node {
            match tag.name() {
                "sheet" => sheets.push((tag.attribute("name").unwrap_or_default(), tag.related())),
                "workbookPr" => {
                    from_1904 = matches!(tag.attribute("date1904").as_deref(), Some("1" | "true"))
                }
                _ => {}
            }
        }
        if sheets.len() < MOST_SHEETS { Flow::Continue(()) } else { Flow::Break(()) }
    })?;
    if !found {
        return Err(Error::broken("it has no workbook in it"));
    }
    let relations = relations(package, main)?;
    let of_kind = |kind: &str| relations.iter().find(|relation| relation.kind.ends_with(kind));
    let shared = match of_kind("/sharedStrings") {
        Some(part) => shared(package, part)?,
        None => Vec::new(),
    };
    let formats = match of_kind("/styles") {
        Some(part) => formats::read(package, &part.target)?,
        None => Formats::default(),
    };
    let mut reader = Reader::new(Story::new(limits.text), &shared, &formats, from_1904);
    for (name, id) in &sheets {
        if reader.story.is_full() {
            break;
        }
        let Some(sheet) = relations.iter().find(|relation| Some(&relation.id) == id.as_ref()) else {
            continue;
        };
        reader.story.page_break();
        reader.story.heading(2, name);
        match package.walk(&sheet.target, |node| reader.visit(node)) {
            Err(Error::Broken(_)) | Ok(_) => reader.end_row(),
            Err(limit) => return Err(limit),
        }
    }
    read.facts.pages = u32::try_from(sheets.len()).ok();
    read.story = reader.story;
    Ok(())
}

/// The texts that cells point to.
fn shared(package: &mut Package<'_>, part: &Relation) -> Result<Vec<String>, Error> {
    let mut texts: Vec<String> = Vec::new();
    let (mut text, mut speaking, mut phonetic, mut bytes) = (String::new(), false, false, 0);
    package.walk(&part.target, |node| {
        match node {
            Node::Open(tag) => match tag.name() {
                "si" => text.clear(),
                "t" => speaking = !phonetic,
                "rPh" => phonetic = true,
                _ => {}
            },
            Node::Text(piece) if speaking && text.len() < LONGEST => text.push_str(piece),
            Node::Text(_) => {}
            Node::Close("t") => speaking = false,
            Node::Close("rPh") => phonetic = false,
            Node::Close("si") => {
                bytes += text.len();
                texts.push(std::mem::take(&mut text));
            }
            Node::Close(_) => {}
        }
        if texts.len() < MOST_SHARED && bytes < MOST_SHARED_BYTES {
            Flow::Continue(())
        } else {
            Flow::Break(())
        }
    })?;
    Ok(texts)
}

struct Reader<'a> {
    story: Story,
    shared: &'a [String],
    formats: &'a Formats,
    from_1904: bool,
    cells: Vec<String>,
    value: String,
    speaking: bool,
    kind: String,
    style: usize,
    column: Option<usize>,
}

impl<'a> Reader<'a> {
    fn new(story: Story, shared: &'a [String], formats: &'a Formats, from_1904: bool) -> Self {
        let (cells, value, kind) = (Vec::new(), String::new(), String::new());
        Self {
            story,
            shared,
            formats,
            from_1904,
            cells,
            value,
            speaking: false,
            kind,
            style: 0,
            column: None,
        }
    }

    fn visit(&mut self, node: Node<'_>) -> Flow {
        match node {
            Node::Open(tag) => self.open(tag),
            Node::Text(text) if self.speaking && self.value.len() < LONGEST => self.value.push_str(text),
            Node::Text(_) => {}
            Node::Close("v" | "t") => self.speaking = false,
            Node::Close("c") => self.end_cell(),
            Node::Close("row") => self.end_row(),
            // What follows are settings, not cells.
            Node::Close("sheetData") => return Flow::Break(()),
            Node::Close(_) => {}
        }
        if self.story.is_full() { Flow::Break(()) } else { Flow::Continue(()) }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "c" => {
                self.value.clear();
                self.kind = tag.attribute("t").unwrap_or_default();
                self.style = tag.number("s").unwrap_or(0);
                self.column = tag.attribute("r").and_then(|cell| column(&cell));
            }
            "v" | "t" => self.speaking = true,
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let value = std::mem::take(&mut self.value);
        let shown = match self.kind.as_str() {
            "s" => value
                .trim()
                .parse()
                .ok()
                .and_then(|at: usize| self.shared.get(at))
                .cloned()
                .unwrap_or_default(),
            "b" => if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "" | "n" => self.formats.shown(self.style, &value, self.from_1904),
            _ => value,
        };
        if shown.is_empty() || self.cells.len() >= MOST_CELLS {
            return;
        }
        if let Some(column) = self.column.filter(|column| *column < PLACED) {
            while self.cells.len() < column {
                self.cells.push(String::new());
            }
        }
        self.cells.push(shown);
    }

    fn end_row(&mut self) {
        self.story.row(self.cells.drain(..));
    }
}

/// The column of a cell, counted from 0: `B7` is in 1.
fn column(cell: &str) -> Option<usize> {
    let letters = cell.bytes().take_while(u8::is_ascii_alphabetic).take(3);
    let number =
        letters.fold(0, |number, letter| number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}
