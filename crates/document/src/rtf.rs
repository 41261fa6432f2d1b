//! Rich Text Format.

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::codepages::encoding;
use crate::story::{Story, folded};
use crate::{Error, Limits, Read, dates};

/// Groups within one another.
const DEEPEST: usize = 1000;

/// Fonts that are looked at.
const MOST_FONTS: usize = 10_000;

/// Bytes of a paragraph that are kept.
const LONGEST: usize = 1 << 20;

/// Steps of this size are a point.
const TWIPS: f32 = 20.0;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    if !bytes.trim_ascii_start().starts_with(b"{\\rtf") {
        return Err(Error::broken("it doesn't begin as RTF does"));
    }
    let mut reader = Reader::new(bytes, Story::new(limits.text));
    reader.run()?;
    reader.flush();
    let mut read = reader.read;
    read.facts.page_size = reader.paper.0.zip(reader.paper.1).map(|(width, height)| [width, height]);
    read.story = reader.story;
    Ok(read)
}

/// What the text of a group is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    Title,
    Author,
    Created,
    Modified,
    Fonts,
    Nowhere,
}

#[derive(Clone, Copy)]
struct State {
    place: Place,
    encoding: &'static Encoding,
    /// Characters that stand behind one of Unicode for readers that don't know it.
    spare: usize,
}

/// A date as it is written: its parts one by one.
#[derive(Default)]
struct Parts {
    year: i32,
    day: (u8, u8),
    clock: (u8, u8, u8),
}

struct Reader<'a> {
    rest: &'a [u8],
    story: Story,
    read: Read,
    state: State,
    outer: Vec<State>,
    line: String,
    /// Bytes of an encoding that wait for the next ones.
    bytes: Vec<u8>,
    /// Half a letter of UTF-16.
    half: Option<u16>,
    skip: usize,
    fonts: Vec<(i32, &'static Encoding)>,
    font: i32,
    document: &'static Encoding,
    cells: Vec<String>,
    in_table: bool,
    heading: Option<u8>,
    item: bool,
    date: Parts,
    paper: (Option<f32>, Option<f32>),
}

impl<'a> Reader<'a> {
    fn new(rest: &'a [u8], story: Story) -> Self {
        Self {
            rest,
            story,
            read: Read::default(),
            state: State { place: Place::Body, encoding: WINDOWS_1252, spare: 1 },
            outer: Vec::new(),
            line: String::new(),
            bytes: Vec::new(),
            half: None,
            skip: 0,
            fonts: Vec::new(),
            font: 0,
            document: WINDOWS_1252,
            cells: Vec::new(),
            in_table: false,
            heading: None,
            item: false,
            date: Parts::default(),
            paper: (None, None),
        }
    }

    fn run(&mut self) -> Result<(), Error> {
        while let Some((first, rest)) = self.rest.split_first() {
            if self.story.is_full() {
                return Ok(());
            }
            self.rest = rest;
            match first {
                b'{' => {
                    self.settle();
                    if self.outer.len() >= DEEPEST {
                        return Err(Error::broken("it is nested too deeply"));
                    }
                    self.outer.push(self.state);
                    self.skip = 0;
                }
                b'}' => {
                    self.settle();
                    self.end_group();
                    if self.outer.is_empty() {
                        return Ok(());
                    }
                }
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                byte => self.byte(*byte),
            }
        }
        self.settle();
        Ok(())
    }

    fn end_group(&mut self) {
        let Some(outer) = self.outer.pop() else { return };
        let left = std::mem::replace(&mut self.state, outer).place;
        if left != self.state.place {
            let text =
                |line: &mut String| Some(folded(&std::mem::take(line))).filter(|text| !text.is_empty());
            let facts = &mut self.read.facts;
            let date = |parts: &Parts| dates::of_parts(parts.year, parts.day, parts.clock, 0);
            match left {
                Place::Title => facts.title = text(&mut self.line),
                Place::Author => facts.author = text(&mut self.line),
                Place::Created => facts.created = date(&self.date),
                Place::Modified => facts.modified = date(&self.date),
                _ => {}
            }
        }
        self.skip = 0;
    }

    fn control(&mut self) {
        let Some((first, behind)) = self.rest.split_first() else { return };
        if !first.is_ascii_alphabetic() {
            self.rest = behind;
            match first {
                b'\'' => {
                    let digits = self.rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                    if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                        self.rest = self.rest.get(2..).unwrap_or(&[]);
                        self.byte(byte);
                    }
                }
                // What follows is for those who know it.
                b'*' => self.state.place = Place::Nowhere,
                b'~' => self.letter(' '),
                b'_' => self.letter('-'),
                b'\\' | b'{' | b'}' => self.byte(*first),
                b'\r' | b'\n' => self.word(b"par", None),
                _ => {}
            }
            return;
        }
        let letters = self.rest.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, behind) = self.rest.split_at(letters);
        let signed = usize::from(behind.first() == Some(&b'-'));
        let digits = behind.iter().skip(signed).take(10).take_while(|byte| byte.is_ascii_digit()).count();
        let taken = if digits > 0 { signed + digits } else { 0 };
        let (number, behind) = behind.split_at(taken);
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse::<i32>().ok());
        self.rest = behind.strip_prefix(b" ").unwrap_or(behind);
        self.word(word, number);
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        if word != b"u" {
            self.settle();
        }
        let value = number.unwrap_or(0);
        let small = |value: i32| u8::try_from(value).unwrap_or(0);
        let points = Some(value as f32 / TWIPS).filter(|points| *points >= 1.0);
        match word {
            b"u" => {
                self.settle();
                self.unicode(value as u16);
                self.skip = self.state.spare;
            }
            b"uc" => self.state.spare = usize::try_from(value).unwrap_or(1).min(16),
            b"bin" => self.rest = self.rest.get(usize::try_from(value).unwrap_or(0)..).unwrap_or(&[]),
            b"ansicpg" => self.document = encoding(value as u32),
            b"mac" => self.document = encoding(10000),
            b"fonttbl" => self.state.place = Place::Fonts,
            b"f" if self.state.place == Place::Fonts => self.font = value,
            b"f" => {
                let font = self.fonts.iter().find(|(font, _)| *font == value);
                self.state.encoding = font.map_or(self.document, |(_, encoding)| encoding);
            }
            b"plain" | b"pard" if self.state.place == Place::Body => {
                if word == b"plain" {
                    self.state.encoding = self.document;
                } else {
                    (self.in_table, self.heading, self.item) = (false, None, false);
                }
            }
            b"fcharset" if self.fonts.len() < MOST_FONTS => {
                // 0 and 1 are whatever the document has.
                let known = if value < 2 { self.document } else { of_charset(value) };
                self.fonts.push((self.font, known));
            }
            b"cpg" if self.fonts.len() < MOST_FONTS => self.fonts.push((self.font, encoding(value as u32))),
            b"info" => self.state.place = Place::Nowhere,
            b"title" => self.begin(Place::Title),
            b"author" => self.begin(Place::Author),
            b"creatim" => self.begin(Place::Created),
            b"revtim" => self.begin(Place::Modified),
            b"yr" => self.date.year = value,
            b"mo" => self.date.day.0 = small(value),
            b"dy" => self.date.day.1 = small(value),
            b"hr" => self.date.clock.0 = small(value),
            b"min" => self.date.clock.1 = small(value),
            b"nofpages" => self.read.facts.pages = u32::try_from(value).ok().filter(|pages| *pages > 0),
            b"paperw" => self.paper.0 = points,
            b"paperh" => self.paper.1 = points,
            b"colortbl" | b"stylesheet" | b"pict" | b"object" | b"header" | b"headerl" | b"headerr"
            | b"headerf" | b"footer" | b"footerl" | b"footerr" | b"footerf" | b"listtable" | b"fldinst"
            | b"subject" | b"operator" | b"doccomm" | b"keywords" | b"comment" | b"company" | b"category"
            | b"xe" | b"tc" | b"deleted" => {
                self.state.place = Place::Nowhere;
            }
            b"listtext" | b"pntext" => {
                self.item = true;
                self.state.place = Place::Nowhere;
            }
            b"outlinelevel" => {
                self.heading = Some(small(value).saturating_add(1)).filter(|level| *level < 10)
            }
            b"intbl" => self.in_table = true,
            _ if self.state.place == Place::Body => self.layout(word),
            _ => {}
        }
    }

    /// Words that end lines and cells of the text, or stand for a letter.
    fn layout(&mut self, word: &[u8]) {
        match word {
            b"par" | b"sect" if self.in_table => self.letter(' '),
            b"par" | b"sect" => self.flush(),
            b"page" => {
                self.flush();
                self.story.page_break();
            }
            b"line" | b"tab" => self.letter(' '),
            b"cell" => self.cells.push(std::mem::take(&mut self.line)),
            b"row" => {
                self.story.row(self.cells.drain(..));
                self.in_table = false;
            }
            b"emdash" => self.letter('—'),
            b"endash" => self.letter('–'),
            b"lquote" => self.letter('‘'),
            b"rquote" => self.letter('’'),
            b"ldblquote" => self.letter('“'),
            b"rdblquote" => self.letter('”'),
            b"bullet" => self.letter('•'),
            _ => {}
        }
    }

    fn begin(&mut self, place: Place) {
        self.state.place = place;
        self.state.encoding = self.document;
        self.date = Parts::default();
        // What was said before the properties isn't part of them.
        self.line.clear();
    }

    fn speaks(&self) -> bool {
        matches!(self.state.place, Place::Body | Place::Title | Place::Author) && self.line.len() < LONGEST
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.speaks() {
            self.bytes.push(byte);
        }
    }

    fn letter(&mut self, letter: char) {
        self.settle();
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.speaks() {
            self.line.push(letter);
        }
    }

    fn unicode(&mut self, unit: u16) {
        if !self.speaks() {
            return;
        }
        let units = [self.half.take(), Some(unit)];
        for letter in char::decode_utf16(units.into_iter().flatten()) {
            match letter {
                Ok(letter) => self.line.push(letter),
                Err(half) => self.half = Some(half.unpaired_surrogate()),
            }
        }
    }

    /// Makes letters of the bytes that wait.
    fn settle(&mut self) {
        if !self.bytes.is_empty() {
            let encoding = match self.state.place {
                Place::Body if self.fonts.is_empty() => self.document,
                _ => self.state.encoding,
            };
            self.line.push_str(&encoding.decode_without_bom_handling(&self.bytes).0);
            self.bytes.clear();
        }
    }

    fn flush(&mut self) {
        self.settle();
        let heading = self.heading.filter(|_| !self.line.trim().is_empty());
        match (heading, std::mem::take(&mut self.item)) {
            (Some(level), _) => self.story.heading(level, &self.line),
            (_, true) => self.story.item(0, &self.line),
            _ => self.story.paragraph(&self.line),
        }
        self.line.clear();
    }
}

/// The encoding of a character set as fonts of Windows number them.
fn of_charset(number: i32) -> &'static Encoding {
    encoding(match number {
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => 1252,
    })
}
