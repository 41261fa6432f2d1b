//! What can be known and shown of documents, in Rust alone: PDF, the formats of Office old and new, OpenDocument, RTF,
//! EPUB and plain texts.
//!
//! Bytes in, facts, text and pictures out. Knows no HTTP, no database, no site. Everything here blocks. Nothing here
//! trusts its input: what is packed is unpacked up to a limit, nesting is bounded, and a reader that panics all the same
//! is answered as a broken file. Sizes of pictures are checked before memory is taken. Time is bounded between the
//! pages of a document, not within one: who runs this on files of strangers does so in a process that can be killed.

mod codepages;
mod dates;
mod epub;
mod error;
mod markdown;
mod odf;
mod office;
mod ole;
mod package;
mod paper;
mod pdf;
mod plain;
mod rtf;
mod story;
mod table;
mod thumbnail;
mod xml;

use std::time::Duration;

use bytes::Bytes;
use codecs::Pixels;
use contract::formats::{self, Format};
use facts::DocumentFacts;

pub use error::Error;
pub use pdf::{Page, Pages};
pub use thumbnail::Thumbnail;

use story::Story;

/// What reading or drawing one document may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most bytes of text that are kept. Reading stops there.
    pub text: usize,
    /// Most bytes that the packed parts of a document may unpack to: all that are read of a zip together, and each
    /// stream of a PDF.
    pub unpacked: u64,
    /// Most pixels of a drawn page, and of a picture on it.
    pub pixels: u64,
    /// After this time no further page of a PDF is read.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { text: 1 << 20, unpacked: 192 << 20, pixels: 100_000_000, time: Duration::from_secs(5) }
    }
}

/// What is in a document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inspected {
    /// What is known of it.
    pub facts: DocumentFacts,
    /// Its text, for a search: paragraphs in lines, whitespace folded. Never more bytes than [`Limits::text`].
    pub text: String,
    /// The picture of itself that the file brings along.
    pub thumbnail: Option<Thumbnail>,
}

/// What a reader found: facts, and the content in the order that it is read in.
#[derive(Default)]
struct Read {
    facts: DocumentFacts,
    story: Story,
    thumbnail: Option<Thumbnail>,
}

/// Finds out what is known of a document, its text, and the picture that it brings along. A document that opens with a
/// password alone has `encrypted` set, and neither pages nor text.
///
/// # Errors
///
/// [`Error::Broken`] where the bytes aren't a document of this format, [`Error::Limit`] where it unpacks to too much,
/// [`Error::Unknown`] where the format is none of those that are read here.
pub fn inspect(bytes: &Bytes, format: &Format, limits: &Limits) -> Result<Inspected, Error> {
    if *format == formats::PDF {
        return pdf::inspect(bytes, limits);
    }
    let read = read(bytes, format, limits)?;
    let mut facts = read.facts;
    if !facts.encrypted {
        facts.words = Some(read.story.words());
    }
    Ok(Inspected { facts, text: read.story.text(), thumbnail: read.thumbnail })
}

/// The pages of a PDF: how many, and how large. Nothing is drawn.
///
/// # Errors
///
/// [`Error::Encrypted`] where it opens with a password alone; else as [`inspect`].
pub fn pages(bytes: &Bytes, limits: &Limits) -> Result<Pages, Error> {
    pdf::pages(bytes, limits)
}

/// Draws a page of a PDF, counted from 0, as large as fits into `width` × `height` pixels, on white.
///
/// # Errors
///
/// [`Error::NoPage`] where there is no such page, [`Error::Limit`] where it would take too many pixels; else as
/// [`pages`].
pub fn draw_page(
    bytes: &Bytes,
    number: u32,
    width: u32,
    height: u32,
    limits: &Limits,
) -> Result<Pixels, Error> {
    pdf::draw_page(bytes, number, width, height, limits)
}

/// Width and height in points of the page that [`draw_text_page`] draws.
pub fn text_page_size(format: &Format, facts: &DocumentFacts) -> [f32; 2] {
    paper::Sheet::of(format, facts.page_size).size()
}

/// Draws what a document that isn't a PDF says at its beginning as a page of `width` pixels: headings, paragraphs,
/// lists and tables, but not the layout of its author.
///
/// # Errors
///
/// [`Error::Encrypted`] where it opens with a password alone, [`Error::NoPage`] where there is nothing to show; else as
/// [`inspect`].
pub fn draw_text_page(bytes: &Bytes, format: &Format, width: u32, limits: &Limits) -> Result<Pixels, Error> {
    let few = Limits { text: limits.text.min(paper::MOST_TEXT), ..*limits };
    let read = read(bytes, format, &few)?;
    if read.facts.encrypted {
        return Err(Error::Encrypted);
    }
    let sheet = paper::Sheet::of(format, read.facts.page_size);
    error::guarded(|| paper::draw(&read.story, sheet, width, limits))
}

fn read(bytes: &Bytes, format: &Format, limits: &Limits) -> Result<Read, Error> {
    let reader: fn(&[u8], &Limits) -> Result<Read, Error> = match format.name {
        "docx" | "xlsx" | "pptx" if ole::is_compound(bytes) => ole::locked,
        "docx" => office::docx,
        "xlsx" => office::xlsx,
        "pptx" => office::pptx,
        "doc" => ole::doc,
        "xls" => ole::xls,
        "ppt" => ole::ppt,
        "odt" | "ods" | "odp" => odf::read,
        "rtf" => rtf::read,
        "epub" => epub::read,
        "txt" => plain::read,
        "csv" => table::read,
        "md" => markdown::read,
        _ => return Err(Error::Unknown(format.name)),
    };
    error::guarded(|| reader(bytes, limits))
}
