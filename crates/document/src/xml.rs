//! XML as documents hold it, read as a stream: nothing is expanded, nesting is bounded, and namespaces are left aside.

use std::io::BufRead;
use std::ops::ControlFlow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::Error;

/// Elements within one another. Real documents have some forty.
const DEEPEST: usize = 1000;

/// What is met on the way through a document.
pub(crate) enum Node<'a> {
    /// An element begins.
    Open(&'a Tag<'a>),
    /// The element of this name ends.
    Close(&'a str),
    /// A piece of text. One text may come in several pieces.
    Text(&'a str),
}

/// The beginning of an element.
pub(crate) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// Its name without a prefix.
    pub(crate) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The attribute of this name, whatever its prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let mut all = self.0.html_attributes();
        let found =
            all.with_checks(false).flatten().find(|found| found.key.local_name().into_inner() == name)?;
        Some(
            quick_xml::escape::unescape(&found.value)
                .map_or_else(|_| found.value.to_string(), |value| value.into_owned()),
        )
    }

    /// The id of the relation that it names: `r:id`, whatever the prefix is, but never the plain `id`.
    pub(crate) fn related(&self) -> Option<String> {
        let mut all = self.0.html_attributes();
        let has_prefix = |name: &str| name.split_once(':').is_some_and(|(_, name)| name == "id");
        let found = all.with_checks(false).flatten().find(|found| has_prefix(found.key.into_inner()))?;
        Some(found.value.to_string())
    }

    /// The attribute as a number.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.attribute(name)?.trim().parse().ok()
    }
}

/// Whether to go on.
pub(crate) type Flow = ControlFlow<()>;

/// The name without a prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Walks through XML, or HTML as books have it, and stops where `visit` wants it to.
///
/// # Errors
///
/// [`Error::Broken`] where it can't be read any further; what was visited before stays so.
pub(crate) fn walk(source: impl BufRead, mut visit: impl FnMut(Node<'_>) -> Flow) -> Result<(), Error> {
    let mut reader = Reader::from_reader(source);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut buffer = Vec::new();
    let mut depth = 0_usize;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|error| Error::broken(error.to_string()))?;
        let flow = match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Error::broken("it is nested too deeply"));
                }
                visit(Node::Open(&Tag(start)))
            }
            Event::Empty(start) => {
                let tag = Tag(start);
                match visit(Node::Open(&tag)) {
                    Flow::Continue(()) => visit(Node::Close(tag.name())),
                    stop => stop,
                }
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(Node::Close(local(end.name().into_inner())))
            }
            Event::Text(text) => visit(Node::Text(&text.into_inner())),
            Event::CData(text) => visit(Node::Text(&text.into_inner())),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(letter)) => visit(Node::Text(letter.encode_utf8(&mut [0; 4]))),
                _ => visit(Node::Text(named(&reference.into_inner()))),
            },
            Event::Eof => return Ok(()),
            _ => Flow::Continue(()),
        };
        if flow.is_break() {
            return Ok(());
        }
    }
}

/// What a name stands for: those of XML, and the few of HTML that books use much. Others are never expanded.
fn named(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "ndash" => "–",
        "mdash" => "—",
        "hellip" => "…",
        "lsquo" => "‘",
        "rsquo" => "’",
        "ldquo" => "“",
        "rdquo" => "”",
        "laquo" => "«",
        "raquo" => "»",
        "auml" => "ä",
        "ouml" => "ö",
        "uuml" => "ü",
        "szlig" => "ß",
        "eacute" => "é",
        "egrave" => "è",
        "agrave" => "à",
        "ccedil" => "ç",
        "copy" => "©",
        _ => " ",
    }
}
