//! PDF.

mod bombs;
mod draw;
mod info;
mod text;

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use codecs::Pixels;
use facts::DocumentFacts;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

pub(crate) use draw::finished;

use crate::story::{self, Story};
use crate::{Error, Inspected, Limits, error};

/// The size of a page in points, 1/72 of an inch, as it is shown: cropped and turned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Page {
    /// Points across.
    pub width: f32,
    /// Points down.
    pub height: f32,
}

/// Pages whose sizes are told.
const MOST_SIZES: usize = 10_000;

/// The pages of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Pages {
    /// How many there are.
    pub count: u32,
    /// Sizes of the first 10,000.
    pub sizes: Vec<Page>,
}

fn open(bytes: &Bytes, limits: &Limits) -> Result<Pdf, Error> {
    bombs::check(bytes, limits.unpacked)?;
    match Pdf::new(Arc::new(bytes.clone())) {
        Ok(pdf) if pdf.pages().is_empty() => Err(Error::broken("it has no pages")),
        Ok(pdf) => Ok(pdf),
        Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)) => Err(Error::Encrypted),
        // A way of locking that isn't known is one that nobody here opens.
        Err(LoadPdfError::Decryption(DecryptionError::UnsupportedAlgorithm)) => Err(Error::Encrypted),
        Err(LoadPdfError::Decryption(_)) => Err(Error::broken("its encryption can't be understood")),
        Err(LoadPdfError::Invalid) => Err(Error::broken("no pages can be found in it")),
    }
}

fn size(page: &hayro::hayro_syntax::page::Page<'_>) -> Page {
    let (width, height) = page.render_dimensions();
    // What isn't finite isn't a size.
    let sane = |points: f32| if points.is_finite() { points.clamp(1.0, 1e6) } else { 1.0 };
    Page { width: sane(width), height: sane(height) }
}

pub(crate) fn pages(bytes: &Bytes, limits: &Limits) -> Result<Pages, Error> {
    error::guarded(|| {
        let pdf = open(bytes, limits)?;
        let sizes = pdf.pages().iter().take(MOST_SIZES).map(size).collect();
        Ok(Pages { count: u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX), sizes })
    })
}

pub(crate) fn inspect(bytes: &Bytes, limits: &Limits) -> Result<Inspected, Error> {
    let began = Instant::now();
    let known = error::guarded(|| {
        let pdf = match open(bytes, limits) {
            Err(Error::Encrypted) => {
                return Ok(DocumentFacts { encrypted: true, ..DocumentFacts::default() });
            }
            other => other?,
        };
        let mut facts = info::facts(&pdf);
        facts.pages = u32::try_from(pdf.pages().len()).ok();
        facts.page_size = pdf.pages().first().map(size).map(|page| [page.width, page.height]);
        Ok(facts)
    })?;
    if known.encrypted {
        return Ok(Inspected { facts: known, ..Inspected::default() });
    }
    // A page that makes the reader give up costs its text, not the rest.
    let text = error::guarded(|| {
        let pdf = open(bytes, limits)?;
        Ok(text::read(&pdf, limits, began))
    });
    let text = text.unwrap_or_default();
    let facts = DocumentFacts { words: Some(story::words(&text)), ..known };
    Ok(Inspected { facts, text, thumbnail: None })
}

pub(crate) fn draw_page(
    bytes: &Bytes,
    number: u32,
    width: u32,
    height: u32,
    limits: &Limits,
) -> Result<Pixels, Error> {
    error::guarded(|| {
        let pdf = open(bytes, limits)?;
        let page = pdf.pages().get(number as usize).ok_or(Error::NoPage)?;
        draw::draw(page, size(page), width, height, limits)
    })
}

/// Folds what was read of pages into lines.
fn lines(pages: &str, most: usize) -> String {
    let mut story = Story::new(most);
    for line in pages.lines() {
        story.paragraph(line);
    }
    story.text()
}
