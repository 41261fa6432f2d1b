//! Books: EPUB.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::package::{Package, resolved};
use crate::story::{Story, folded};
use crate::thumbnail::{self, Thumbnail};
use crate::xml::{Flow, Node, Tag};
use crate::{Error, Limits, Read, dates};

/// Parts that a book may list.
const MOST_ITEMS: usize = 50_000;

/// Bytes of a paragraph that are kept.
const LONGEST: usize = 1 << 20;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let mut package = Package::open(bytes, limits)?;
    let mut main = None;
    package.walk("META-INF/container.xml", |node| match node {
        Node::Open(tag) if tag.name() == "rootfile" => {
            main = tag.attribute("full-path");
            Flow::Break(())
        }
        _ => Flow::Continue(()),
    })?;
    let main = main.or_else(|| package.names().find(|name| name.ends_with(".opf")).map(Cow::into_owned));
    let main = main.ok_or_else(|| Error::broken("it doesn't say where its book is"))?;
    let mut read = Read::default();
    let book = book(&mut package, &main, &mut read)?;
    if is_locked(&mut package)? {
        read.facts.encrypted = true;
        return Ok(read);
    }
    let mut chapter = Chapter { story: Story::new(limits.text), ..Chapter::default() };
    for item in book.spine.iter().filter_map(|id| book.items.get(id)).filter(|item| !item.is_contents) {
        if chapter.story.is_full() {
            break;
        }
        chapter.story.page_break();
        let walked = package.walk(&item.path, |node| chapter.visit(node));
        chapter.end();
        if let Err(limit @ Error::Limit(_)) = walked {
            return Err(limit);
        }
    }
    let by_property = || book.items.values().find(|item| item.is_cover);
    let cover = book.cover.as_ref().and_then(|id| book.items.get(id)).or_else(by_property);
    if let Some(cover) = cover {
        read.thumbnail = package.whole(&cover.path, thumbnail::LARGEST)?.and_then(Thumbnail::of);
    }
    read.story = chapter.story;
    Ok(read)
}

#[derive(Default)]
struct Book {
    items: HashMap<String, Item>,
    /// Ids of chapters in their order.
    spine: Vec<String>,
    /// The id of the cover, as books had it before version 3.
    cover: Option<String>,
}

struct Item {
    path: String,
    is_cover: bool,
    /// Whether it is the contents: lists of what is said elsewhere.
    is_contents: bool,
}

fn book(package: &mut Package<'_>, main: &str, read: &mut Read) -> Result<Book, Error> {
    let mut book = Book::default();
    let facts = &mut read.facts;
    let mut value = String::new();
    let found = package.walk(main, |node| {
        match node {
            Node::Open(tag) => {
                value.clear();
                match tag.name() {
                    "item" => {
                        if let (Some(id), Some(path)) = (tag.attribute("id"), tag.attribute("href")) {
                            let properties = tag.attribute("properties").unwrap_or_default();
                            let has = |property: &str| properties.split(' ').any(|one| one == property);
                            let path = resolved(main, &unescaped(&path));
                            let item = Item { path, is_cover: has("cover-image"), is_contents: has("nav") };
                            book.items.insert(id, item);
                        }
                    }
                    "itemref" => book.spine.extend(tag.attribute("idref")),
                    "meta" if tag.attribute("name").as_deref() == Some("cover") => {
                        book.cover = tag.attribute("content")
                    }
                    _ => {}
                }
            }
            Node::Text(text) if value.len() < LONGEST => value.push_str(text),
            Node::Text(_) => {}
            Node::Close(name) => {
                let known = Some(folded(&value)).filter(|value| !value.is_empty());
                match name {
                    "title" => facts.title = facts.title.take().or(known),
                    "creator" => facts.author = facts.author.take().or(known),
                    "date" => facts.created = facts.created.take().or_else(|| dates::of_xml(&value)),
                    _ => {}
                }
                value.clear();
            }
        }
        if book.items.len() + book.spine.len() < MOST_ITEMS { Flow::Continue(()) } else { Flow::Break(()) }
    })?;
    if found { Ok(book) } else { Err(Error::broken("its book is missing")) }
}

/// A path with `%20` and the like made letters.
fn unescaped(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.split('#').next().unwrap_or(path).as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let hex = |at: usize| behind.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = behind.get(2..).unwrap_or(&[]);
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether chapters are locked. Fonts are often hidden, which locks nothing.
fn is_locked(package: &mut Package<'_>) -> Result<bool, Error> {
    let mut locked = false;
    package.walk("META-INF/encryption.xml", |node| {
        if let Node::Open(tag) = node
            && tag.name() == "CipherReference"
        {
            let path = tag.attribute("URI").unwrap_or_default().to_ascii_lowercase();
            locked |= [".html", ".xhtml", ".htm", ".xml"].iter().any(|end| path.ends_with(end));
        }
        if locked { Flow::Break(()) } else { Flow::Continue(()) }
    })?;
    Ok(locked)
}

#[derive(Default)]
struct Chapter {
    story: Story,
    line: String,
    heading: Option<u8>,
    item: bool,
    lists: u8,
    cells: Vec<String>,
    in_row: bool,
    /// Elements around whose text isn't shown.
    silent: u32,
}

impl Chapter {
    fn visit(&mut self, node: Node<'_>) -> Flow {
        match node {
            Node::Open(tag) => self.open(tag),
            Node::Close(name) => self.close(name),
            Node::Text(text) if self.silent == 0 && self.line.len() < LONGEST => self.line.push_str(text),
            Node::Text(_) => {}
        }
        if self.story.is_full() { Flow::Break(()) } else { Flow::Continue(()) }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name() {
            "head" | "script" | "style" | "svg" => self.silent += 1,
            name @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => {
                self.flush();
                self.heading = name.as_bytes().get(1).map(|digit| digit - b'0');
            }
            "ul" | "ol" => {
                self.flush();
                self.lists = self.lists.saturating_add(1);
            }
            "li" => {
                self.flush();
                self.item = true;
            }
            "tr" => {
                self.flush();
                self.in_row = true;
            }
            "br" => self.line.push(' '),
            "hr" => {
                self.flush();
                self.story.rule();
            }
            "p" | "div" | "section" | "blockquote" | "dt" | "dd" | "figcaption" if !self.in_row => {
                self.flush()
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "head" | "script" | "style" | "svg" => self.silent = self.silent.saturating_sub(1),
            "td" | "th" => self.cells.push(std::mem::take(&mut self.line)),
            "tr" => {
                self.in_row = false;
                self.story.row(self.cells.drain(..));
            }
            "ul" | "ol" => {
                self.flush();
                self.lists = self.lists.saturating_sub(1);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" => self.flush(),
            "p" | "div" | "section" | "blockquote" | "dt" | "dd" | "figcaption" | "pre" => {
                match self.in_row {
                    true => self.line.push(' '),
                    false => self.flush(),
                }
            }
            _ => {}
        }
    }

    /// What a chapter leaves open doesn't reach into the next.
    fn end(&mut self) {
        self.in_row = false;
        self.flush();
        (self.silent, self.lists) = (0, 0);
        self.cells.clear();
    }

    fn flush(&mut self) {
        if self.in_row {
            return;
        }
        if !self.line.trim().is_empty() {
            match (self.heading.take(), std::mem::take(&mut self.item)) {
                (Some(level), _) => self.story.heading(level, &self.line),
                (_, true) => self.story.item(self.lists.saturating_sub(1), &self.line),
                _ => self.story.paragraph(&self.line),
            }
        }
        self.line.clear();
    }
}
