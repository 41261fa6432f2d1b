//! Outlines of glyphs, as paths of the renderer.

use harfrust::{Direction, ShapeOptions, ShaperData, UnicodeBuffer};
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlineGlyphCollection, OutlinePen};
use skrifa::raw::FontRef;
use tiny_skia::{Path, PathBuilder};

use crate::open;

/// Glyphs in a line: what is set here is short.
const MOST: usize = 400;

/// A font that sets lines.
pub(crate) struct Setter<'a> {
    font: FontRef<'a>,
    outlines: OutlineGlyphCollection<'a>,
    shaping: ShaperData,
    /// Units of an em, at least 1.
    em: f32,
}

/// A line that is set: its outlines, beginning at 0 on a baseline at 0, and its width.
pub(crate) struct Line {
    pub(crate) path: Option<Path>,
    pub(crate) width: f32,
}

impl<'a> Setter<'a> {
    /// `None` for a font without outlines.
    pub(crate) fn new(font: FontRef<'a>) -> Option<Setter<'a>> {
        let outlines = open::outlines(&font)?;
        let em = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em.max(1));
        Some(Setter { shaping: ShaperData::new(&font), font, outlines, em })
    }

    pub(crate) fn font(&self) -> &FontRef<'a> {
        &self.font
    }

    /// Whether there is a glyph for all letters of a text.
    pub(crate) fn has(&self, text: &str) -> bool {
        let charmap = self.font.charmap();
        text.chars().filter(|letter| !letter.is_whitespace()).all(|letter| charmap.map(letter).is_some())
    }

    /// Whether its letters look like letters.
    pub(crate) fn has_letters(&self) -> bool {
        open::has_letters(&self.font)
    }

    /// Sets a text in a size, in pixels an em.
    pub(crate) fn line(&self, text: &str, size: f32) -> Line {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        if buffer.direction() == Direction::Invalid {
            buffer.set_direction(Direction::LeftToRight);
        }
        let shaped = self.shaping.shaper(&self.font).build().shape(buffer, ShapeOptions::new());
        let scale = size / self.em;
        let mut pen = Pen::default();
        let mut x = 0.0;
        for (info, at) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()).take(MOST) {
            pen.x = x + at.x_offset as f32 * scale;
            pen.y = -(at.y_offset as f32 * scale);
            self.draw(info.glyph_id, size, &mut pen);
            x += at.x_advance as f32 * scale;
        }
        Line { path: pen.builder.finish(), width: x }
    }

    /// The outlines of one glyph in a size.
    pub(crate) fn glyph(&self, glyph: u32, size: f32) -> Option<Path> {
        let mut pen = Pen::default();
        self.draw(glyph, size, &mut pen);
        pen.builder.finish()
    }

    fn draw(&self, glyph: u32, size: f32, pen: &mut Pen) {
        if let Some(outline) = self.outlines.get(glyph.into()) {
            // A damaged glyph stays as it is until where it is damaged.
            let _ = outline.draw(DrawSettings::unhinted(Size::new(size), LocationRef::default()), pen);
        }
    }
}

#[derive(Default)]
struct Pen {
    builder: PathBuilder,
    x: f32,
    y: f32,
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.builder.move_to(self.x + x, self.y - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.builder.line_to(self.x + x, self.y - y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.builder.quad_to(self.x + cx, self.y - cy, self.x + x, self.y - y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (left, top) = (self.x, self.y);
        self.builder.cubic_to(left + ax, top - ay, left + bx, top - by, left + x, top - y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}
