//! Presentations of PowerPoint up to 2003: ppt.

use super::{File, four, properties, two, wide};
use crate::story::Story;
use crate::{Error, Limits, Read};

/// Containers within one another.
const DEEPEST: usize = 32;

/// Records that are looked at.
const MOST_RECORDS: usize = 2_000_000;

/// What the header of a presentation that opens with a password holds.
const LOCKED: u32 = 0xf3d1_c4df;

/// Steps of this size are a point.
const MASTER: f32 = 8.0;

// Kinds of records.
const SLIDE: u16 = 0x03ee;
const DOCUMENT_ATOM: u16 = 0x03e9;
const SLIDE_PERSIST: u16 = 0x03f3;
const TEXT_HEADER: u16 = 0x0f9f;
const TEXT_WIDE: u16 = 0x0fa0;
const TEXT_NARROW: u16 = 0x0fa8;
const OUTLINE: u16 = 0x0ff0;

pub(crate) fn ppt(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let mut file = File::open(bytes)?;
    let mut read = Read { facts: properties::facts(&mut file, bytes), ..Read::default() };
    read.facts.pages = None;
    let user = file.stream("Current User", bytes).unwrap_or_default();
    if four(&user, 12) == Some(LOCKED) || file.0.is_stream("/EncryptedSummary") {
        read.facts.encrypted = true;
        return Ok(read);
    }
    let stream = file
        .stream("PowerPoint Document", bytes)
        .ok_or_else(|| Error::broken("it has no presentation in it"))?;
    let slides = slides(&stream, limits.text);
    let count = if slides.outlined.is_empty() { slides.drawn.len() } else { slides.outlined.len() };
    read.facts.pages = u32::try_from(count).ok();
    read.facts.page_size = slides.size;
    let mut story = Story::new(limits.text);
    for number in 0..slides.outlined.len().max(slides.drawn.len()) {
        story.page_break();
        for text in
            [&slides.outlined, &slides.drawn].into_iter().filter_map(|slides| slides.get(number)).flatten()
        {
            // A paragraph ends with a carriage return, a line within it with a vertical tab.
            for line in text.text.split('\r') {
                if text.is_title { story.heading(1, line) } else { story.item(0, line) }
            }
        }
    }
    read.story = story;
    Ok(read)
}

struct Text {
    is_title: bool,
    text: String,
}

#[derive(Default)]
struct Slides {
    /// Texts of each slide's placeholders, which are kept together in the outline.
    outlined: Vec<Vec<Text>>,
    /// Texts that are drawn on each slide.
    drawn: Vec<Vec<Text>>,
    size: Option<[f32; 2]>,
}

/// Texts of all slides, until there are `most` bytes of them.
fn slides(stream: &[u8], most: usize) -> Slides {
    let mut slides = Slides::default();
    let mut room = most;
    // Where containers end, and what they are.
    let mut around: Vec<(usize, u16, u16)> = Vec::new();
    let (mut at, mut is_title) = (0, false);
    for _ in 0..MOST_RECORDS {
        while around.last().is_some_and(|(end, ..)| at >= *end) {
            around.pop();
        }
        let (Some(head), Some(kind), Some(length)) =
            (two(stream, at), two(stream, at + 2), four(stream, at + 4))
        else {
            break;
        };
        let (instance, length) = (head >> 4, length as usize);
        at += 8;
        let body = stream.get(at..at.saturating_add(length).min(stream.len())).unwrap_or(&[]);
        if head & 15 == 15 && around.len() < DEEPEST {
            if kind == SLIDE {
                slides.drawn.push(Vec::new());
            }
            around.push((at.saturating_add(length), kind, instance));
            continue;
        }
        at = at.saturating_add(length);
        let outline = around.iter().any(|(_, kind, instance)| (*kind, *instance) == (OUTLINE, 0));
        let drawn = around.iter().any(|(_, kind, _)| *kind == SLIDE);
        match kind {
            DOCUMENT_ATOM => {
                let side = |at| {
                    four(body, at)
                        .map(|steps| steps as f32 / MASTER)
                        .filter(|points| (1.0..100_000.0).contains(points))
                };
                slides.size = side(0).zip(side(4)).map(|(width, height)| [width, height]);
            }
            SLIDE_PERSIST if outline => slides.outlined.push(Vec::new()),
            TEXT_HEADER => is_title = matches!(four(body, 0), Some(0 | 6)),
            TEXT_WIDE | TEXT_NARROW if outline || drawn => {
                let text = if kind == TEXT_WIDE {
                    wide(body)
                } else {
                    body.iter().map(|byte| char::from(*byte)).collect()
                };
                if text.len() > room {
                    break;
                }
                room -= text.len();
                let texts = if outline { &mut slides.outlined } else { &mut slides.drawn };
                texts.extend(texts.is_empty().then(Vec::new));
                if let Some(slide) = texts.last_mut() {
                    slide.push(Text { is_title, text });
                }
            }
            _ => {}
        }
    }
    slides
}
