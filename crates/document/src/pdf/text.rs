//! The text of pages, by where their glyphs stand.

use std::time::Instant;

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::kurbo::{Affine, BezPath, Point, Rect, Vec2};

use crate::Limits;

/// Glyphs stand in a space where a letter is about this large.
const EM: f64 = 1000.0;

/// The text of the pages, in the order that it is drawn in, until there is enough of it or no time left.
pub(super) fn read(pdf: &Pdf, limits: &Limits, began: Instant) -> String {
    let cache = InterpreterCache::new();
    let mut device = Reading::new(limits.text);
    for page in pdf.pages().iter() {
        if device.text.len() >= limits.text || began.elapsed() > limits.time {
            break;
        }
        let (width, height) = page.render_dimensions();
        let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let transform = Affine::new(page.initial_transform(true).as_coeffs());
        let mut context =
            Context::new(transform, bounds, &cache, page.xref(), InterpreterSettings::default());
        interpret_page(page, &mut context, &mut device);
        device.end_of_page();
    }
    super::lines(&device.text, limits.text)
}

/// Where the last glyph stood.
#[derive(Clone, Copy)]
struct Place {
    origin: Point,
    /// Where the next one stands if nothing is between them.
    end: Point,
    /// The direction of writing, of length 1.
    along: Vec2,
    size: f64,
    letter: char,
}

struct Reading {
    text: String,
    most: usize,
    last: Option<Place>,
}

impl Reading {
    fn new(most: usize) -> Self {
        Self { text: String::new(), most, last: None }
    }

    fn end_of_page(&mut self) {
        self.separate('\n');
        self.last = None;
    }

    fn separate(&mut self, with: char) {
        match self.text.chars().next_back() {
            None | Some('\n') => {}
            Some(' ') if with == ' ' => {}
            _ => self.text.push(with),
        }
    }

    fn glyph(&mut self, glyph: &Glyph<'_>, placed: Affine, vertical: bool) {
        let mut letters = [0; 4];
        let unicode = glyph.as_unicode();
        let text: &str = match &unicode {
            Some(BfString::Char(letter)) => letter.encode_utf8(&mut letters),
            Some(BfString::String(text)) => text,
            None => "",
        };
        let advance = match glyph {
            Glyph::Outline(outline) => outline.advance_width(),
            Glyph::Type3(drawn) => drawn.advance_width(),
        };
        let advance = f64::from(advance.unwrap_or(EM as f32 / 2.0));
        let origin = placed * Point::ZERO;
        let size = (placed * Point::new(0.0, EM) - origin).hypot();
        let step = if vertical { Point::new(0.0, -EM) } else { Point::new(advance, 0.0) };
        let ahead = if vertical { Point::new(0.0, -1.0) } else { Point::new(1.0, 0.0) };
        let along = placed * ahead - origin;
        let (end, length) = (placed * step, along.hypot());
        if !(origin.is_finite() && end.is_finite() && size.is_finite() && length > 0.0 && size > 0.0) {
            return;
        }
        let place =
            Place { origin, end, along: along / length, size, letter: text.chars().next().unwrap_or('\0') };
        if let Some(last) = self.last {
            // Bold letters are often made by drawing them twice, and shadows by drawing them a little aside.
            let again = last.letter == place.letter && (place.origin - last.origin).hypot() < 0.1 * size;
            if again && !text.trim().is_empty() {
                return;
            }
            self.gap(last, place);
        }
        self.last = Some(place);
        for letter in text.chars() {
            match letter {
                'ﬀ' => self.text.push_str("ff"),
                'ﬁ' => self.text.push_str("fi"),
                'ﬂ' => self.text.push_str("fl"),
                'ﬃ' => self.text.push_str("ffi"),
                'ﬄ' => self.text.push_str("ffl"),
                // What a font keeps for itself says nothing to anybody else.
                '\u{e000}'..='\u{f8ff}' => {}
                letter if letter.is_whitespace() => self.separate(' '),
                letter if letter.is_control() => {}
                letter => self.text.push(letter),
            }
        }
    }

    /// What stands between two glyphs that don't follow one another at once.
    fn gap(&mut self, last: Place, next: Place) {
        let size = last.size.max(next.size);
        let turned = last.along.dot(next.along) < 0.9;
        let gap = next.origin - last.end;
        let (ahead, aside) = (gap.dot(last.along), gap.cross(last.along).abs());
        if turned || aside > 2.0 * size {
            self.separate('\n');
        } else if aside > 0.6 * size || ahead < -size {
            // The next line of the same paragraph, or of the next column.
            let back = next.origin - last.origin;
            let wraps = back.dot(last.along) < 0.0 && aside > 0.6 * size && aside < 1.7 * size;
            self.separate(if wraps { ' ' } else { '\n' });
        } else if ahead > 0.17 * size {
            self.separate(' ');
        }
    }
}

impl<'a> Device<'a> for Reading {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        // Text that is filled and drawn around comes twice.
        if self.text.len() >= self.most || matches!(mode, DrawMode::Stroke(_)) && self.follows(run, &props) {
            return;
        }
        let vertical = matches!(run.writing_mode(), WritingMode::Vertical);
        for glyph in run.glyphs() {
            self.glyph(glyph, props.transform * glyph.transform(), vertical);
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_clip_rect(&mut self, _: &Rect) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

impl Reading {
    /// Whether the last glyph of a run is the one that was read last.
    fn follows(&self, run: &GlyphRun<'_, '_>, props: &DrawProps<'_>) -> bool {
        let (Some(last), Some(glyph)) = (self.last, run.glyphs().last()) else { return false };
        let origin = props.transform * glyph.transform() * Point::ZERO;
        (origin - last.origin).hypot() < 0.01 * last.size
    }
}
