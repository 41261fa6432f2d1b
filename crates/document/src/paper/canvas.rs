//! Where pages are drawn: everything in points from the upper left corner.

use codecs::Pixels;
use hayro::kurbo::{Affine, Rect, RoundedRect, Shape};
use hayro::vello_cpu::RenderContext;
use hayro::vello_cpu::color::{AlphaColor, Srgb};

use super::letters::Letters;
use crate::pdf::finished;

/// Red, green, blue.
pub(super) type Colour = [u8; 3];

/// Of text.
pub(super) const INK: Colour = [0x22, 0x25, 0x2a];
/// Of what is less important.
pub(super) const FAINT: Colour = [0x8a, 0x90, 0x99];
/// Of lines.
pub(super) const LINE: Colour = [0xd5, 0xd9, 0xdf];
/// Behind heads of tables and code.
pub(super) const SHADE: Colour = [0xf3, 0xf5, 0xf7];
/// In place of letters that the fonts don't have.
const GREEKED: Colour = [0xc4, 0xc9, 0xd0];

pub(super) struct Canvas {
    pub(super) letters: Letters,
    context: RenderContext,
    scale: f64,
    /// Points across and down.
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Canvas {
    pub(super) fn new(
        letters: Letters,
        across: u16,
        down: u16,
        scale: f64,
        [width, height]: [f32; 2],
    ) -> Self {
        let context = RenderContext::new(across, down);
        Self { letters, context, scale, width: f64::from(width), height: f64::from(height) }
    }

    pub(super) fn finished(self) -> Pixels {
        finished(self.context)
    }

    fn paint(&mut self, [red, green, blue]: Colour) {
        self.context.set_paint(AlphaColor::<Srgb>::from_rgb8(red, green, blue));
    }

    pub(super) fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64, colour: Colour) {
        self.paint(colour);
        self.context.set_transform(Affine::scale(self.scale));
        self.context.fill_rect(&Rect::new(x, y, x + width, y + height));
    }

    /// A line across, as thin as can be seen.
    pub(super) fn across(&mut self, x: f64, y: f64, length: f64, colour: Colour) {
        let thin = (1.0 / self.scale).max(0.5);
        self.rectangle(x, y, length, thin, colour);
    }

    /// A line down.
    pub(super) fn down(&mut self, x: f64, y: f64, length: f64, colour: Colour) {
        let thin = (1.0 / self.scale).max(0.5);
        self.rectangle(x, y, thin, length, colour);
    }

    /// A dot of an item.
    pub(super) fn dot(&mut self, x: f64, y: f64, radius: f64, colour: Colour) {
        self.paint(colour);
        self.context.set_transform(Affine::scale(self.scale));
        let round = RoundedRect::new(x - radius, y - radius, x + radius, y + radius, radius);
        self.context.fill_path(&round.to_path(0.05));
    }

    /// A text whose letters stand on `y`.
    pub(super) fn text(&mut self, text: &str, x: f64, y: f64, size: f64, bold: bool, colour: Colour) {
        let mut at = x;
        for letter in text.chars() {
            let found = self.letters.letter(letter, bold);
            if at > self.width {
                return;
            }
            match found.outline {
                Some(outline) if !outline.elements().is_empty() => {
                    self.paint(colour);
                    let place = Affine::translate((at * self.scale, y * self.scale));
                    self.context.set_transform(place * Affine::scale(size * self.scale));
                    self.context.fill_path(&outline);
                }
                None if found.advance > 0.0 => {
                    self.paint(GREEKED);
                    self.context.set_transform(Affine::scale(self.scale));
                    let (width, gap) = (found.advance * size, 0.06 * size);
                    let bar = RoundedRect::new(
                        at + gap,
                        y - 0.62 * size,
                        at + width - gap,
                        y + 0.02 * size,
                        0.12 * size,
                    );
                    self.context.fill_path(&bar.to_path(0.05));
                }
                _ => {}
            }
            at += found.advance * size;
        }
    }
}
