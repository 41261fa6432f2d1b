//! Content drawn as a page: how a document looks from afar, where nobody knows how its author wanted it.

mod canvas;
mod flow;
mod grid;
mod letters;
mod slide;

use codecs::Pixels;
use contract::formats::Format;

use crate::story::{Block, Story};
use crate::{Error, Limits};
use canvas::Canvas;
use letters::Letters;

/// Bytes of text that a page has room for, with much to spare.
pub(crate) const MOST_TEXT: usize = 48 << 10;

/// A sheet of A4 in points.
const A4: [f32; 2] = [595.0, 842.0];

/// The usual slide in points.
const SLIDE: [f32; 2] = [720.0, 405.0];

/// Pixels of a side: what the renderer can count.
const LONGEST_SIDE: f32 = 16_384.0;

/// How different from a square a page may be.
const NARROWEST: f32 = 0.4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A page of text.
    Page,
    /// A page of text whose lines are its own.
    Plain,
    /// Cells.
    Grid,
    /// A slide.
    Slide,
}

/// What content is drawn on.
#[derive(Clone, Copy)]
pub(crate) struct Sheet {
    kind: Kind,
    /// Points across and down.
    size: [f32; 2],
}

impl Sheet {
    /// The sheet for documents of this format, of the size in points that they have themselves, if it is a sane one.
    pub(crate) fn of(format: &Format, size: Option<[f32; 2]>) -> Self {
        let (kind, usual) = match format.name {
            "csv" | "xls" | "xlsx" | "ods" => (Kind::Grid, [A4[1], A4[0]]),
            "ppt" | "pptx" | "odp" => (Kind::Slide, SLIDE),
            "txt" => (Kind::Plain, A4),
            _ => (Kind::Page, A4),
        };
        let sane = |[width, height]: &[f32; 2]| {
            (150.0..3000.0).contains(width) && (NARROWEST..1.0 / NARROWEST).contains(&(width / height))
        };
        let own = size.filter(|_| kind != Kind::Grid).filter(sane);
        Self { kind, size: own.unwrap_or(usual) }
    }

    /// Points across and down.
    pub(crate) fn size(&self) -> [f32; 2] {
        self.size
    }
}

/// Draws the beginning of a story onto a sheet of `width` pixels.
pub(crate) fn draw(story: &Story, sheet: Sheet, width: u32, limits: &Limits) -> Result<Pixels, Error> {
    let blocks = first_page(story.blocks());
    if blocks.is_empty() {
        return Err(Error::NoPage);
    }
    let [points_across, points_down] = sheet.size;
    let across = (width as f32).clamp(1.0, LONGEST_SIDE);
    let scale = across / points_across;
    let down = (points_down * scale).round().clamp(1.0, LONGEST_SIDE);
    if f64::from(across) * f64::from(down) > limits.pixels as f64 {
        return Err(Error::limit(format!("a page of {across}×{down} pixels is too large")));
    }
    let letters = Letters::new()?;
    let mut canvas = Canvas::new(letters, across as u16, down as u16, f64::from(scale), sheet.size);
    match sheet.kind {
        Kind::Page => flow::draw(&mut canvas, blocks, true),
        Kind::Plain => flow::draw(&mut canvas, blocks, false),
        Kind::Grid => grid::draw(&mut canvas, blocks),
        Kind::Slide => slide::draw(&mut canvas, blocks),
    }
    Ok(canvas.finished())
}

/// What stands before the second page, slide or sheet. Pages without anything are passed over.
fn first_page(blocks: &[Block]) -> &[Block] {
    let mut pages = blocks.split(|block| *block == Block::Break);
    let says = |block: &Block| !matches!(block, Block::Rule) && *block != Block::Verbatim(String::new());
    pages.find(|page| page.iter().any(says)).unwrap_or(&[])
}
