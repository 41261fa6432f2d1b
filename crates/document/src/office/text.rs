//! Texts: docx.

use std::collections::HashMap;

use crate::package::Package;
use crate::story::Story;
use crate::xml::{Flow, Node, Tag};
use crate::{Error, Limits, Read};

/// Styles that are looked at.
const MOST_STYLES: usize = 5000;

/// Bytes of a paragraph that are kept.
const LONGEST: usize = 1 << 20;

/// Steps of this size are a point.
const TWIPS: f32 = 20.0;

pub(super) fn read(
    package: &mut Package<'_>,
    main: &str,
    limits: &Limits,
    read: &mut Read,
) -> Result<(), Error> {
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let styles = headings(package, &format!("{folder}/styles.xml"))?;
    let mut reader = Reader { story: Story::new(limits.text), styles, ..Reader::default() };
    let found = package.walk(main, |node| reader.visit(node));
    let found = match found {
        // What was read before a fault counts.
        Err(Error::Broken(_)) if !reader.story.blocks().is_empty() => true,
        found => found?,
    };
    if !found {
        return Err(Error::broken("it has no text"));
    }
    reader.flush();
    for notes in ["footnotes.xml", "endnotes.xml"] {
        if !reader.story.is_full() {
            reader.story.page_break();
            package.walk(&format!("{folder}/{notes}"), |node| reader.visit(node))?;
        }
    }
    read.facts.page_size = reader.size;
    read.story = reader.story;
    Ok(())
}

/// Levels of headings by the id of their style: ids are in the language of the author, names are not. A title is 1.
fn headings(package: &mut Package<'_>, part: &str) -> Result<HashMap<String, u8>, Error> {
    let mut levels = HashMap::new();
    let mut id = String::new();
    package.walk(part, |node| {
        if let Node::Open(tag) = node {
            match tag.name() {
                "style" => id = tag.attribute("styleId").unwrap_or_default(),
                "name" => {
                    let name = tag.attribute("val").unwrap_or_default().to_lowercase();
                    let level = match name.as_str() {
                        "title" => Some(1),
                        "subtitle" => Some(3),
                        name => name.strip_prefix("heading ").and_then(|level| level.trim().parse().ok()),
                    };
                    if let Some(level) = level {
                        levels.insert(std::mem::take(&mut id), level);
                    }
                }
                _ => {}
            }
        }
        if levels.len() < MOST_STYLES { Flow::Continue(()) } else { Flow::Break(()) }
    })?;
    Ok(levels)
}

#[derive(Default)]
struct Reader {
    story: Story,
    styles: HashMap<String, u8>,
    line: String,
    heading: Option<u8>,
    item: Option<u8>,
    /// Tables around.
    tables: u32,
    cells: Vec<String>,
    /// Elements around whose text is said another time, or not at all.
    silent: u32,
    /// Whether text is meant: elements between paragraphs hold numbers and names.
    speaking: bool,
    size: Option<[f32; 2]>,
}

impl Reader {
    fn visit(&mut self, node: Node<'_>) -> Flow {
        match node {
            Node::Open(tag) => self.open(tag),
            Node::Close(name) => self.close(name),
            Node::Text(text) if self.speaking && self.silent == 0 && self.line.len() < LONGEST => {
                self.line.push_str(text);
            }
            Node::Text(_) => {}
        }
        if self.story.is_full() && self.size.is_some() { Flow::Break(()) } else { Flow::Continue(()) }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "Fallback" => self.silent += 1,
            "t" => self.speaking = true,
            "tab" | "br" | "cr" | "lastRenderedPageBreak" if self.silent == 0 => {
                self.line.push(' ');
                let page =
                    tag.name() == "lastRenderedPageBreak" || tag.attribute("type").as_deref() == Some("page");
                if page && self.tables == 0 {
                    self.flush();
                    self.story.page_break();
                }
            }
            "pStyle" => {
                self.heading = tag.attribute("val").and_then(|style| self.styles.get(&style).copied())
            }
            "outlineLvl" if self.heading.is_none() => {
                self.heading = tag.number::<u8>("val").filter(|level| *level < 9).map(|level| level + 1);
            }
            "numPr" => self.item = Some(0),
            "ilvl" => self.item = self.item.and(tag.number("val")),
            "tbl" => {
                self.flush();
                self.tables += 1;
            }
            "tc" if self.tables == 1 => self.line.clear(),
            "pgSz" if self.size.is_none() => {
                let points = |name| tag.number::<f32>(name).map(|twips| twips / TWIPS);
                self.size = points("w").zip(points("h")).map(|(width, height)| [width, height]);
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "Fallback" => self.silent = self.silent.saturating_sub(1),
            "t" => self.speaking = false,
            "p" if self.tables == 0 => self.flush(),
            "p" => {
                self.line.push(' ');
                (self.heading, self.item) = (None, None);
            }
            "tc" if self.tables == 1 => self.cells.push(std::mem::take(&mut self.line)),
            "tr" if self.tables == 1 => self.story.row(self.cells.drain(..)),
            "tbl" => self.tables = self.tables.saturating_sub(1),
            _ => {}
        }
    }

    fn flush(&mut self) {
        let (heading, item) = (self.heading.take(), self.item.take());
        match (heading, item) {
            (Some(level), _) => self.story.heading(level, &self.line),
            (_, Some(depth)) => self.story.item(depth, &self.line),
            _ => self.story.paragraph(&self.line),
        }
        self.line.clear();
    }
}
