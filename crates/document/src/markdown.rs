//! Markdown.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::plain::decoded;
use crate::story::{Story, folded};
use crate::{Error, Limits, Read};

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let text = decoded(bytes, limits.text);
    let (front, body) = front_matter(&text);
    let mut writer = Writer { story: Story::new(limits.text), ..Writer::default() };
    for event in Parser::new_ext(
        body,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS,
    ) {
        if writer.story.is_full() {
            break;
        }
        writer.event(event);
    }
    writer.flush();
    let mut read = Read { story: writer.story, ..Read::default() };
    let field = |name: &str| {
        let value = front.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        Some(folded(value.trim().trim_matches(['"', '\'']))).filter(|value| !value.is_empty())
    };
    read.facts.title = field("title").or(writer.title);
    read.facts.author = field("author");
    Ok(read)
}

/// What stands between two lines of dashes at the very beginning, and the rest.
fn front_matter(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches('\u{feff}');
    let found = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n"));
    found
        .and_then(|rest| rest.split_once("\n---"))
        .map_or(("", text), |(front, rest)| (front, rest.split_once('\n').map_or("", |(_, rest)| rest)))
}

#[derive(Default)]
struct Writer {
    story: Story,
    line: String,
    cells: Vec<String>,
    /// Lists around, by the number of their next item.
    lists: Vec<Option<u64>>,
    heading: Option<u8>,
    /// The mark of the item that has begun.
    item: Option<String>,
    code: bool,
    title: Option<String>,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => text.lines().for_each(|line| self.story.verbatim(line)),
            Event::Text(text) | Event::Code(text) => self.line.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.line.push(' '),
            Event::TaskListMarker(done) => self.line.push_str(if done { "☑ " } else { "☐ " }),
            Event::Rule => self.story.rule(),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(match level {
                    HeadingLevel::H1 => 1,
                    HeadingLevel::H2 => 2,
                    HeadingLevel::H3 => 3,
                    _ => 4,
                });
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                self.item = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => String::new(),
                });
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.code = true;
            }
            Tag::TableHead | Tag::TableRow => self.cells.clear(),
            Tag::Paragraph | Tag::BlockQuote(_) | Tag::Table(_) => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::TableCell => self.cells.push(std::mem::take(&mut self.line)),
            TagEnd::TableHead | TagEnd::TableRow => self.story.row(self.cells.drain(..)),
            TagEnd::CodeBlock => self.code = false,
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::BlockQuote(_) => self.flush(),
            _ => {}
        }
    }

    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.trim().is_empty() {
            return;
        }
        if let Some(level) = self.heading.take() {
            if level == 1 && self.title.is_none() {
                self.title = Some(folded(&line));
            }
            self.story.heading(level, &line);
        } else if let Some(mark) = self.item.take() {
            let depth = self.lists.len().saturating_sub(1).min(8) as u8;
            self.story.item(depth, &format!("{mark}{line}"));
        } else {
            self.story.paragraph(&line);
        }
    }
}
