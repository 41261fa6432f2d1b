//! A picture of a font: its name, its letters, a sentence, set in itself. Fonts of symbols show their glyphs.

use codecs::{Channels, Pixels};
use skrifa::MetadataProvider;
use skrifa::raw::FontRef;
use tiny_skia::{Color, FillRule, Paint, Path, Pixmap, Rect, Transform};

use crate::pen::Setter;
use crate::scripts::{SCRIPTS, Script};
use crate::{Error, guarded, inspect, open};

/// Widths that a specimen may have, in pixels.
const WIDTHS: std::ops::RangeInclusive<u32> = 64..=4096;

/// A specimen is at most so many times as high as it is wide.
const HIGHEST: f32 = 1.6;

/// Scripts that are shown.
const MOST_SCRIPTS: usize = 4;

/// Glyphs of symbols in a row, and rows of them.
const SYMBOLS: (usize, usize) = (8, 6);

const INK: [u8; 3] = [24, 28, 36];
const FAINT: [u8; 3] = [120, 128, 140];
const RULE: [u8; 3] = [222, 226, 232];

/// A picture of a font on white, RGBA, so many pixels wide and as high as it needs.
///
/// # Errors
///
/// [`Error::Unsupported`] where the font has no outlines, or the width isn't one of 64 to 4096; [`Error::Broken`] as
/// [`inspect()`](crate::inspect()) has it.
pub fn specimen(bytes: &[u8], width: u32) -> Result<Pixels, Error> {
    if !WIDTHS.contains(&width) {
        return Err(Error::Unsupported(format!(
            "a specimen has a width of 64 to 4096 pixels, and not {width}"
        )));
    }
    guarded(|| drawn(bytes, width))
}

fn drawn(bytes: &[u8], width: u32) -> Result<Pixels, Error> {
    let bytes = open::unpacked(bytes)?;
    let (font, _) = open::first(&bytes)?;
    let (family, style) = inspect::names(&font);
    let mut sheet = Sheet::new(width as f32);
    let nothing = || Error::Unsupported("the font has no outlines to draw".to_owned());
    let own = Setter::new(font).ok_or_else(nothing)?;
    sheet.title(&own, &family, &style);
    let scripts: Vec<&Script> = SCRIPTS
        .iter()
        .filter(|script| own.has_letters() && script.letters.iter().all(|line| own.has(line)))
        .take(MOST_SCRIPTS)
        .collect();
    if scripts.is_empty() {
        sheet.symbols(&own);
    } else {
        sheet.letters(&own, &scripts);
    }
    if sheet.drawn == 0 {
        return Err(nothing());
    }
    sheet.finish(width)
}

struct Sheet {
    width: f32,
    margin: f32,
    /// How far it is filled, from above.
    at: f32,
    shapes: Vec<(Path, Transform, [u8; 3])>,
    /// Shapes of the font itself.
    drawn: usize,
}

impl Sheet {
    fn new(width: f32) -> Sheet {
        let margin = (width * 0.055).round();
        Sheet { width, margin, at: margin, shapes: Vec::new(), drawn: 0 }
    }

    fn room(&self) -> f32 {
        self.width - 2.0 * self.margin
    }

    /// Family and style, in the font itself where it has their letters.
    fn title(&mut self, own: &Setter<'_>, family: &str, style: &str) {
        // What comes with this program stands in for fonts that can't write their name.
        let other = FontRef::new(dejavu::sans::regular()).ok().and_then(Setter::new);
        let Some(other) = other else { return };
        let setter = |text: &str| if own.has(text) && own.has_letters() { own } else { &other };
        let name = setter(family);
        let size = fitting(name, family, self.width * 0.1, self.room());
        self.row(name, family, size, 1.0, INK);
        let size = fitting(setter(style), style, self.width * 0.034, self.room());
        self.row(setter(style), style, size, 1.5, FAINT);
        self.at += self.width * 0.022;
        let line = Rect::from_xywh(self.margin, self.at, self.room(), (self.width / 500.0).max(1.0));
        if let Some(line) = line {
            self.shapes.push((tiny_skia::PathBuilder::from_rect(line), Transform::identity(), RULE));
        }
        self.at += self.width * 0.014;
    }

    fn letters(&mut self, own: &Setter<'_>, scripts: &[&Script]) {
        // All lines in one size look calmer: that of the longest.
        let mut lines: Vec<&str> = scripts.iter().flat_map(|script| script.letters.iter().copied()).collect();
        lines.extend(["0123456789 &?!@%$€£#*()[]{}", "0123456789"].into_iter().find(|line| own.has(line)));
        let fit = |most: f32, line: &&str| fitting(own, line, most, self.room());
        let size = lines.iter().map(|line| fit(self.width * 0.052, line)).fold(f32::MAX, f32::min);
        let size = size.max(self.width * 0.026);
        for line in lines {
            let size = size.min(fitting(own, line, size, self.room()));
            self.row(own, line, size, 1.5, INK);
        }
        self.at += self.width * 0.018;
        for (number, script) in scripts.iter().enumerate() {
            if own.has(script.sentence) {
                let most = self.width * if number == 0 { 0.06 } else { 0.04 };
                let size = fitting(own, script.sentence, most, self.room());
                self.row(own, script.sentence, size, 1.55, if number == 0 { INK } else { FAINT });
            }
        }
    }

    /// The first glyphs that characters stand for, or that there are.
    fn symbols(&mut self, own: &Setter<'_>) {
        let (columns, rows) = SYMBOLS;
        let cell = self.room() / columns as f32;
        let mut glyphs: Vec<u32> = Vec::new();
        let mapped = own.font().charmap();
        let mapped = mapped.mappings().take(5_000).map(|(_, glyph)| glyph.to_u32());
        let all = 1..u32::from(
            own.font()
                .metrics(skrifa::instance::Size::unscaled(), skrifa::instance::LocationRef::default())
                .glyph_count,
        );
        let mut at = 0;
        for glyph in mapped.chain(all.take(5_000)) {
            if glyphs.contains(&glyph) {
                continue;
            }
            let Some(path) = own.glyph(glyph, cell * 0.56) else { continue };
            glyphs.push(glyph);
            let bounds = path.bounds();
            // Some are far larger than an em.
            let shrunk = (cell * 0.7 / bounds.width().max(bounds.height()).max(0.001)).min(1.0);
            let x = self.margin + (at % columns) as f32 * cell + cell / 2.0;
            let y = self.at + (at / columns) as f32 * cell + cell / 2.0;
            let (left, top) = (bounds.x() + bounds.width() / 2.0, bounds.y() + bounds.height() / 2.0);
            let place = Transform::from_translate(x, y).pre_scale(shrunk, shrunk).pre_translate(-left, -top);
            self.shapes.push((path, place, INK));
            self.drawn += 1;
            at += 1;
            if at == columns * rows {
                break;
            }
        }
        self.at += at.div_ceil(columns) as f32 * cell;
    }

    /// Sets a line below what is there; `leading` is its height in ems.
    fn row(&mut self, setter: &Setter<'_>, text: &str, size: f32, leading: f32, colour: [u8; 3]) {
        let line = setter.line(text, size);
        let height = size * leading;
        if self.at + height > self.width * HIGHEST {
            return;
        }
        if let Some(path) = line.path {
            // Letters that reach higher or lower than usual push the rest away.
            let (top, bottom) = (path.bounds().top(), path.bounds().bottom());
            let baseline = self.at + (height - size) / 2.0 + (size * 0.8).max(-top - (height - size) / 2.0);
            self.shapes.push((path, Transform::from_translate(self.margin, baseline), colour));
            self.drawn += 1;
            self.at = (self.at + height).max(baseline + bottom);
        } else {
            self.at += height;
        }
    }

    fn finish(self, width: u32) -> Result<Pixels, Error> {
        let height = (self.at + self.margin).clamp(self.width * 0.3, self.width * HIGHEST * 1.2) as u32;
        let no_room = || Error::Limit("there is no memory for the picture".to_owned());
        let mut pixmap = Pixmap::new(width, height).ok_or_else(no_room)?;
        pixmap.fill(Color::WHITE);
        for (path, place, [red, green, blue]) in self.shapes {
            let mut paint = Paint { anti_alias: true, ..Paint::default() };
            paint.set_color_rgba8(red, green, blue, 255);
            pixmap.fill_path(&path, &paint, FillRule::Winding, place, None);
        }
        Ok(Pixels { width, height, channels: Channels::Rgba, samples: pixmap.take() })
    }
}

/// The size, of at most `most`, in which a text has room.
fn fitting(setter: &Setter<'_>, text: &str, most: f32, room: f32) -> f32 {
    let width = setter.line(text, most).width;
    if width > room { most * room / width } else { most }
}
