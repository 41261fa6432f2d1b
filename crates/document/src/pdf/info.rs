//! What a PDF says of itself.

use facts::DocumentFacts;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{DateTime, Dict, Stream};

use crate::dates;
use crate::story::folded;
use crate::xml::{self, Flow, Node};

/// Bytes of metadata that are read.
const MOST_METADATA: usize = 4 << 20;

/// Title, author and dates, by the dictionary for them, or else by the metadata in XML.
pub(super) fn facts(pdf: &Pdf) -> DocumentFacts {
    let info = pdf.metadata();
    let text = |bytes: &Option<Box<[u8]>>| {
        bytes.as_deref().map(decoded).map(|text| folded(&text)).filter(|text| !text.is_empty())
    };
    let mut facts = DocumentFacts {
        title: text(&info.title),
        author: text(&info.author),
        created: info.creation_date.as_ref().and_then(date),
        modified: info.modification_date.as_ref().and_then(date),
        ..DocumentFacts::default()
    };
    if facts.title.is_none() || facts.author.is_none() {
        by_metadata(pdf, &mut facts);
    }
    facts
}

fn date(date: &DateTime) -> Option<String> {
    let minutes = i32::from(date.utc_offset_minute);
    let hours = i32::from(date.utc_offset_hour);
    let ahead = hours * 60 + if hours < 0 { -minutes } else { minutes };
    dates::of_parts(
        i32::from(date.year),
        (date.month, date.day),
        (date.hour, date.minute, date.second),
        ahead,
    )
}

/// Fills in what only the metadata in XML (XMP) says.
fn by_metadata(pdf: &Pdf, facts: &mut DocumentFacts) {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let Some(stream) = catalog.and_then(|catalog| catalog.get::<Stream<'_>>("Metadata")) else { return };
    let Ok(metadata) = stream.decoded() else { return };
    let metadata = metadata.get(..metadata.len().min(MOST_METADATA)).unwrap_or(&[]);
    let (mut title, mut author) = (String::new(), String::new());
    let mut within = None;
    // What comes before a fault counts.
    let _ = xml::walk(metadata, |node| {
        match node {
            Node::Open(tag) if matches!(tag.name(), "title" | "creator") => {
                within = Some(tag.name() == "title")
            }
            Node::Close("title" | "creator") => within = None,
            // Of titles in several languages the first is the one for all.
            Node::Close("li") if within == Some(true) && !title.trim().is_empty() => within = None,
            Node::Close("li") if within == Some(false) => author.push_str(", "),
            Node::Text(text) if within == Some(true) => title.push_str(text),
            Node::Text(text) if within == Some(false) => author.push_str(text),
            _ => {}
        }
        Flow::Continue(())
    });
    let known = |text: &str| {
        Some(folded(text))
            .map(|text| text.trim_matches([',', ' ']).to_owned())
            .filter(|text| !text.is_empty())
    };
    facts.title = facts.title.take().or_else(|| known(&title));
    facts.author = facts.author.take().or_else(|| known(&author));
}

/// A text of a PDF: UTF-16 or UTF-8 by its mark, or else an encoding of PDF's own.
fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| letter(*byte)).collect(),
    }
}

/// A letter of PDFDocEncoding: Latin-1, but for two rows.
fn letter(byte: u8) -> char {
    const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const MARKS: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ',
        'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', ' ', '€',
    ];
    let table: &[char] = if byte < 0x80 { &ACCENTS } else { &MARKS };
    let first = if byte < 0x80 { 0x18 } else { 0x80 };
    let own = usize::from(byte).checked_sub(first).and_then(|at| table.get(at));
    own.copied().unwrap_or(char::from(byte))
}
