//! Letters: how wide they are, what they look like, and where lines break.

use std::collections::HashMap;
use std::rc::Rc;

use hayro::kurbo::BezPath;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, MetadataProvider};

use crate::Error;

/// A letter in a square of 1 × 1, on its line.
#[derive(Clone)]
pub(super) struct Letter {
    /// How far the next one stands.
    pub(super) advance: f64,
    /// Nothing for a space; absent for letters that the font doesn't have.
    pub(super) outline: Option<Rc<BezPath>>,
}

/// The two fonts that pages are set in, both of them Latin, Greek and Cyrillic.
pub(super) struct Letters {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
    known: HashMap<(char, bool), Letter>,
}

impl Letters {
    pub(super) fn new() -> Result<Self, Error> {
        let font = |bytes| FontRef::new(bytes).map_err(|error| Error::broken(format!("the font: {error}")));
        Ok(Self {
            regular: font(notosans::REGULAR_TTF)?,
            bold: font(notosans::BOLD_TTF)?,
            known: HashMap::new(),
        })
    }

    pub(super) fn letter(&mut self, letter: char, bold: bool) -> Letter {
        if let Some(known) = self.known.get(&(letter, bold)) {
            return known.clone();
        }
        let font = if bold { &self.bold } else { &self.regular };
        let found =
            look_up(font, letter).unwrap_or(Letter { advance: width_of_unknown(letter), outline: None });
        self.known.insert((letter, bold), found.clone());
        found
    }

    /// How wide a text is in letters of size 1.
    pub(super) fn width(&mut self, text: &str, bold: bool) -> f64 {
        text.chars().map(|letter| self.letter(letter, bold).advance).sum()
    }

    /// Breaks a text into at most `most` lines that are no wider than `width` in letters of size 1.
    pub(super) fn lines<'t>(&mut self, text: &'t str, bold: bool, width: f64, most: usize) -> Vec<&'t str> {
        let mut lines = Vec::new();
        let mut rest = text;
        while !rest.is_empty() && lines.len() < most {
            let (mut across, mut end, mut fits) = (0.0, None, rest.len());
            for (at, letter) in rest.char_indices() {
                across += self.letter(letter, bold).advance;
                if across > width && at > 0 && letter != ' ' {
                    fits = at;
                    break;
                }
                match letter {
                    ' ' => end = Some(at),
                    '-' | '/' => end = Some(at + 1),
                    // Between ideographs a line breaks anywhere.
                    letter if is_wide(letter) => end = Some(at + letter.len_utf8()),
                    _ => {}
                }
            }
            let end =
                if fits == rest.len() { fits } else { end.filter(|end| *end > 0).unwrap_or(fits).min(fits) };
            let (line, behind) = rest.split_at(end);
            lines.push(line);
            rest = behind.trim_start_matches(' ');
        }
        lines
    }

    /// A text that is no wider than `width` in letters of size 1, with dots where some of it is missing.
    pub(super) fn fitting(&mut self, text: &str, bold: bool, width: f64) -> String {
        if self.width(text, bold) <= width {
            return text.to_owned();
        }
        let dots = self.letter('…', bold).advance;
        let mut across = dots;
        let mut cut = String::new();
        for letter in text.chars() {
            across += self.letter(letter, bold).advance;
            if across > width {
                break;
            }
            cut.push(letter);
        }
        cut.push('…');
        cut
    }
}

fn look_up(font: &FontRef<'static>, letter: char) -> Option<Letter> {
    let glyph = font.charmap().map(letter)?;
    let advance = font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(glyph)?;
    let mut outline = Outline(BezPath::new());
    if let Some(drawn) = font.outline_glyphs().get(glyph) {
        drawn.draw(DrawSettings::unhinted(Size::new(1.0), LocationRef::default()), &mut outline).ok()?;
    }
    Some(Letter { advance: f64::from(advance), outline: Some(Rc::new(outline.0)) })
}

/// Whether a letter fills a square: those of Chinese, Japanese and Korean.
fn is_wide(letter: char) -> bool {
    matches!(letter as u32, 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe4f
        | 0xff00..=0xff60 | 0x1f300..=0x1faff | 0x20000..=0x3ffff)
}

fn width_of_unknown(letter: char) -> f64 {
    match letter {
        _ if is_wide(letter) => 1.0,
        letter if letter.is_alphanumeric() => 0.55,
        // Marks stand above or below others.
        _ => 0.0,
    }
}

/// Takes what is drawn, with the y axis turned down.
struct Outline(BezPath);

impl OutlinePen for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to((f64::from(x), -f64::from(y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to((f64::from(x), -f64::from(y)));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to((f64::from(cx), -f64::from(cy)), (f64::from(x), -f64::from(y)));
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let point = |x: f32, y: f32| (f64::from(x), -f64::from(y));
        self.0.curve_to(point(ax, ay), point(bx, by), point(x, y));
    }

    fn close(&mut self) {
        self.0.close_path();
    }
}
