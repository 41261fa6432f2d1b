//! What is written in a picture, by PP-OCR: where lines are, first at a small size, and only where there are some at a larger
//! one; then what each says.

mod lines;
mod words;

use facts::{Found, Text};

use crate::model::Runtime;
use crate::picture::Picture;
use crate::{Result, USEFUL_SIDE, found};

/// The longer side that is looked at to tell whether there is text at all.
const GLANCE: u32 = 416;
/// Most lines that are read.
const MOST_LINES: usize = 200;
/// Most pixels along all lines together, at the height that they are read at: some eight take a millisecond, so that a page
/// full of small print costs about five seconds and no more.
const MOST_PIXELS: usize = 40_000;
/// Most characters that are kept.
const MOST_CHARACTERS: usize = 4000;

pub(crate) fn text(runtime: &Runtime, picture: &Picture) -> Result<Found<Text>> {
    let mut text = Text::default();
    if !lines::lines(runtime, &picture.fitted(GLANCE)?)?.is_empty() {
        let large = picture.fitted(USEFUL_SIDE)?;
        let (mut characters, mut pixels) = (0, 0);
        for line in lines::lines(runtime, &large)?.iter().take(MOST_LINES) {
            pixels += words::width(line);
            if pixels > MOST_PIXELS {
                break;
            }
            let Some(words) = words::words(runtime, &large, line)? else { continue };
            characters += words.chars().count() + 1;
            if characters > MOST_CHARACTERS {
                break;
            }
            text.lines.push(words);
        }
        text.present = !text.lines.is_empty();
    }
    Ok(found("PP-OCRv4 detection, PP-OCRv6 recognition", "rapidocr-onnxruntime 1.4.4, rapidocr 3.10.0", text))
}
