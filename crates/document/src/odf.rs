//! OpenDocument: texts, spreadsheets and presentations alike.

use std::collections::HashMap;

use crate::package::Package;
use crate::story::{Story, folded};
use crate::thumbnail::{self, Thumbnail};
use crate::xml::{Flow, Node, Tag};
use crate::{Error, Limits, Read, dates};

/// Bytes of a paragraph or property that are kept.
const LONGEST: usize = 1 << 20;

/// Cells of a row that are kept, and how often an empty one is repeated within it.
const MOST_CELLS: usize = 1024;
const MOST_REPEATED: usize = 64;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let mut package = Package::open(bytes, limits)?;
    let mut read = Read::default();
    if is_locked(&mut package)? {
        read.facts.encrypted = true;
        return Ok(read);
    }
    properties(&mut package, &mut read)?;
    let mut reader = Reader { story: Story::new(limits.text), ..Reader::default() };
    match package.walk("content.xml", |node| reader.visit(node)) {
        Ok(false) => return Err(Error::broken("it has no content")),
        // What was read before a fault counts.
        Err(Error::Broken(_)) if !reader.story.blocks().is_empty() => {}
        other => {
            other?;
        }
    }
    reader.flush();
    if reader.pages > 0 {
        read.facts.pages = Some(reader.pages);
    }
    read.facts.page_size = page_size(&mut package)?;
    read.story = reader.story;
    let thumbnail = package.whole("Thumbnails/thumbnail.png", thumbnail::LARGEST)?;
    read.thumbnail = thumbnail.and_then(Thumbnail::of);
    Ok(read)
}

fn is_locked(package: &mut Package<'_>) -> Result<bool, Error> {
    let (mut locked, mut content) = (false, false);
    package.walk("META-INF/manifest.xml", |node| {
        if let Node::Open(tag) = node {
            match tag.name() {
                "file-entry" => {
                    let path = tag.attribute("full-path");
                    content = matches!(path.as_deref(), Some("content.xml" | "encrypted-package"));
                }
                "encryption-data" => locked |= content,
                _ => {}
            }
        }
        if locked { Flow::Break(()) } else { Flow::Continue(()) }
    })?;
    Ok(locked)
}

fn properties(package: &mut Package<'_>, read: &mut Read) -> Result<(), Error> {
    let facts = &mut read.facts;
    let mut value = String::new();
    let walked = package.walk("meta.xml", |node| {
        match node {
            Node::Open(tag) => {
                value.clear();
                if tag.name() == "document-statistic" {
                    facts.pages = tag.number("page-count").filter(|pages| *pages > 0);
                }
            }
            Node::Text(text) if value.len() < LONGEST => value.push_str(text),
            Node::Text(_) => {}
            Node::Close(name) => {
                let known = Some(folded(&value)).filter(|value| !value.is_empty());
                match name {
                    "title" => facts.title = known,
                    "initial-creator" => facts.author = known,
                    "creator" => facts.author = facts.author.take().or(known),
                    "creation-date" => facts.created = dates::of_xml(&value),
                    "date" => facts.modified = dates::of_xml(&value),
                    _ => {}
                }
                value.clear();
            }
        }
        Flow::Continue(())
    });
    match walked {
        Err(limit @ Error::Limit(_)) => Err(limit),
        // Properties that can't be read don't make a document unreadable.
        _ => Ok(()),
    }
}

/// Page layouts that are looked at.
const MOST_LAYOUTS: usize = 1000;

/// The size of the first kind of page that the styles describe. Layouts of notes and handouts stand beside it.
fn page_size(package: &mut Package<'_>) -> Result<Option<[f32; 2]>, Error> {
    let mut layouts: HashMap<String, [f32; 2]> = HashMap::new();
    let (mut name, mut size) = (String::new(), None);
    let walked = package.walk("styles.xml", |node| {
        let Node::Open(tag) = node else { return Flow::Continue(()) };
        match tag.name() {
            "page-layout" => name = tag.attribute("name").unwrap_or_default(),
            "page-layout-properties" if layouts.len() < MOST_LAYOUTS => {
                let side = |name| tag.attribute(name).and_then(|length| points(&length));
                if let (Some(width), Some(height)) = (side("page-width"), side("page-height")) {
                    layouts.insert(std::mem::take(&mut name), [width, height]);
                }
            }
            "master-page" => {
                size = tag.attribute("page-layout-name").and_then(|layout| layouts.get(&layout).copied());
                return Flow::Break(());
            }
            _ => {}
        }
        Flow::Continue(())
    });
    match walked {
        Err(limit @ Error::Limit(_)) => Err(limit),
        _ => Ok(size),
    }
}

/// A length in points: `21cm`, `8.5in`.
fn points(length: &str) -> Option<f32> {
    let unit = length.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number: f32 = length.strip_suffix(unit)?.parse().ok()?;
    let points = match unit {
        "cm" => number * 72.0 / 2.54,
        "mm" => number * 72.0 / 25.4,
        "in" => number * 72.0,
        "pt" => number,
        _ => return None,
    };
    Some(points).filter(|points| (1.0..100_000.0).contains(points))
}

#[derive(Default)]
struct Reader {
    story: Story,
    line: String,
    heading: Option<u8>,
    lists: u8,
    /// Tables around.
    tables: u32,
    cells: Vec<String>,
    repeated: usize,
    /// Elements around that aren't text of the document: what was deleted, and remarks.
    silent: u32,
    /// Paragraphs and headings around.
    speaking: u32,
    title: bool,
    in_workbook: bool,
    /// Slides or sheets so far.
    pages: u32,
}

impl Reader {
    fn visit(&mut self, node: Node<'_>) -> Flow {
        match node {
            Node::Open(tag) => self.open(tag),
            Node::Close(name) => self.close(name),
            Node::Text(text) if self.speaking > 0 && self.silent == 0 && self.line.len() < LONGEST => {
                self.line.push_str(text);
            }
            Node::Text(_) => {}
        }
        // Slides and sheets are counted to the end.
        Flow::Continue(())
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "tracked-changes" | "annotation" | "notes" => self.silent += 1,
            "p" => self.speaking += 1,
            "h" => {
                self.speaking += 1;
                self.heading = Some(tag.number("outline-level").unwrap_or(1));
            }
            "s" | "tab" | "line-break" if self.silent == 0 => self.line.push(' '),
            "list" => self.lists = self.lists.saturating_add(1),
            "frame" => self.title = matches!(tag.attribute("class").as_deref(), Some("title")),
            // Of `office:body` alone: tables of a text are no sheets.
            "spreadsheet" => self.in_workbook = true,
            "page" => {
                self.pages += 1;
                self.story.page_break();
            }
            "table" if self.silent == 0 => {
                self.flush();
                self.tables += 1;
                if self.tables == 1 && self.in_workbook {
                    self.pages += 1;
                    self.story.page_break();
                    self.story.heading(2, &tag.attribute("name").unwrap_or_default());
                }
            }
            "table-cell" | "covered-table-cell" if self.tables == 1 => {
                self.line.clear();
                self.repeated = tag.number("number-columns-repeated").unwrap_or(1);
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "tracked-changes" | "annotation" | "notes" => self.silent = self.silent.saturating_sub(1),
            "p" | "h" => {
                self.speaking = self.speaking.saturating_sub(1);
                match (self.silent, self.tables) {
                    (0, 0) => self.flush(),
                    (0, _) => self.line.push(' '),
                    _ => {}
                }
            }
            "list" => self.lists = self.lists.saturating_sub(1),
            "frame" => self.title = false,
            "table-cell" | "covered-table-cell" if self.tables == 1 => self.end_cell(),
            "table-row" if self.tables == 1 => self.story.row(self.cells.drain(..)),
            "table" if self.silent == 0 => self.tables = self.tables.saturating_sub(1),
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let line = std::mem::take(&mut self.line);
        for _ in 0..self.repeated.clamp(1, MOST_REPEATED) {
            if self.cells.len() < MOST_CELLS {
                self.cells.push(line.clone());
            }
        }
    }

    fn flush(&mut self) {
        let heading = self.heading.take().or(self.title.then_some(1));
        match (heading, self.lists) {
            (Some(level), _) => self.story.heading(level, &self.line),
            (_, 0) => self.story.paragraph(&self.line),
            (_, depth) => self.story.item(depth - 1, &self.line),
        }
        self.line.clear();
    }
}
