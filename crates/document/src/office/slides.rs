//! Presentations: pptx.

use super::relations;
use crate::package::Package;
use crate::story::Story;
use crate::xml::{Flow, Node, Tag};
use crate::{Error, Limits, Read};

/// Slides that are read.
const MOST_SLIDES: usize = 10_000;

/// Steps of this size are a point.
const EMU: f32 = 12_700.0;

/// Bytes of a paragraph that are kept.
const LONGEST: usize = 1 << 20;

pub(super) fn read(
    package: &mut Package<'_>,
    main: &str,
    limits: &Limits,
    read: &mut Read,
) -> Result<(), Error> {
    let mut ids = Vec::new();
    let mut size = None;
    let found = package.walk(main, |node| {
        if let Node::Open(tag) = node {
            match tag.name() {
                // It has two ids, of which the one of the relation has a prefix.
                "sldId" => ids.extend(tag.related()),
                "sldSz" => {
                    let points = |name| tag.number::<f32>(name).map(|emu| emu / EMU);
                    size = points("cx").zip(points("cy")).map(|(width, height)| [width, height]);
                }
                _ => {}
            }
        }
        if ids.len() < MOST_SLIDES { Flow::Continue(()) } else { Flow::Break(()) }
    })?;
    if !found {
        return Err(Error::broken("it has no presentation in it"));
    }
    let relations = relations(package, main)?;
    let mut reader = Reader { story: Story::new(limits.text), ..Reader::default() };
    for id in &ids {
        if reader.story.is_full() {
            break;
        }
        let Some(slide) = relations.iter().find(|relation| relation.id == *id) else { continue };
        reader.story.page_break();
        match package.walk(&slide.target, |node| reader.visit(node)) {
            Err(Error::Broken(_)) | Ok(_) => reader.flush(),
            Err(limit) => return Err(limit),
        }
    }
    read.facts.pages = u32::try_from(ids.len()).ok();
    read.facts.page_size = size;
    read.story = reader.story;
    Ok(())
}

#[derive(Default)]
struct Reader {
    story: Story,
    line: String,
    speaking: bool,
    silent: u32,
    title: bool,
    depth: u8,
    in_table: bool,
    cells: Vec<String>,
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
        if self.story.is_full() { Flow::Break(()) } else { Flow::Continue(()) }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "Fallback" => self.silent += 1,
            "t" => self.speaking = true,
            "br" | "tab" => self.line.push(' '),
            "sp" => self.title = false,
            "ph" => self.title = matches!(tag.attribute("type").as_deref(), Some("title" | "ctrTitle")),
            "pPr" => self.depth = tag.number("lvl").unwrap_or(0),
            "tbl" => self.in_table = true,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "Fallback" => self.silent = self.silent.saturating_sub(1),
            "t" => self.speaking = false,
            "p" if self.in_table => self.line.push(' '),
            "p" => self.flush(),
            "tc" => self.cells.push(std::mem::take(&mut self.line)),
            "tr" => self.story.row(self.cells.drain(..)),
            "tbl" => self.in_table = false,
            _ => {}
        }
    }

    fn flush(&mut self) {
        if self.title {
            self.story.heading(1, &self.line);
        } else {
            self.story.item(self.depth, &self.line);
        }
        self.depth = 0;
        self.line.clear();
    }
}
