//! Texts of Word up to 2003: doc.

use encoding_rs::WINDOWS_1252;

use super::{File, four, properties, two, wide};
use crate::story::Story;
use crate::{Error, Limits, Read};

/// How the header of a text begins: since Word 6.
const BEGINNINGS: [u16; 2] = [0xa5ec, 0xa5dc];

/// The first version whose text is in pieces.
const IN_PIECES: u16 = 106;

/// Bytes of a first line that is taken for a title.
const LONGEST_TITLE: usize = 100;

/// Of a piece's place: its letters have one byte each.
const NARROW: u32 = 0x4000_0000;

pub(crate) fn doc(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let mut file = File::open(bytes)?;
    let mut read = Read { facts: properties::facts(&mut file, bytes), ..Read::default() };
    let text = file.stream("WordDocument", bytes).ok_or_else(|| Error::broken("it has no text"))?;
    let header = |at| two(&text, at).unwrap_or(0);
    if !BEGINNINGS.contains(&header(0)) {
        return Err(Error::broken("its text doesn't begin as Word's does"));
    }
    if header(10) & 0x100 != 0 {
        read.facts.encrypted = true;
        return Ok(read);
    }
    let mut writer = Writer { story: Story::new(limits.text), ..Writer::default() };
    if header(2) < IN_PIECES {
        let (from, to) = (four(&text, 0x18).unwrap_or(0) as usize, four(&text, 0x1c).unwrap_or(0) as usize);
        let plain = text.get(from..to.min(text.len())).unwrap_or(&[]);
        writer.write(&WINDOWS_1252.decode_without_bom_handling(plain).0);
    } else {
        let table = if header(10) & 0x200 == 0 { "0Table" } else { "1Table" };
        let table = file.stream(table, bytes).ok_or_else(|| Error::broken("its table is missing"))?;
        pieces(&text, &table, &mut writer).ok_or_else(|| Error::broken("its pieces can't be found"))?;
    }
    writer.flush();
    read.story = writer.story;
    Ok(read)
}

/// Writes the pieces of the main text one by one.
fn pieces(text: &[u8], table: &[u8], writer: &mut Writer) -> Option<()> {
    let (at, length) = (four(text, 0x1a2)? as usize, four(text, 0x1a6)? as usize);
    let mut list = table.get(at..)?;
    list = list.get(..length.min(list.len()))?;
    // Changes that weren't merged stand before the list of pieces.
    while list.first() == Some(&1) {
        list = list.get(3 + usize::from(two(list, 1)?)..)?;
    }
    if list.first() != Some(&2) {
        return None;
    }
    let length = (four(list, 1)? as usize).min(list.len().saturating_sub(5));
    let list = list.get(5..5 + length)?;
    let count = length.checked_sub(4)? / 12;
    let mut left = four(text, 0x4c)? as usize;
    for number in 0..count {
        let letters = four(list, number * 4 + 4)?.checked_sub(four(list, number * 4)?)? as usize;
        let letters = letters.min(left);
        left -= letters;
        let place = four(list, (count + 1) * 4 + number * 8 + 2)?;
        // A piece that lies outside is lost; others may be whole.
        let part = |from: usize, bytes: usize| {
            text.get(from..from.saturating_add(bytes).min(text.len())).unwrap_or(&[])
        };
        if place & NARROW != 0 {
            let narrow = part(((place & !NARROW) / 2) as usize, letters);
            writer.write(&WINDOWS_1252.decode_without_bom_handling(narrow).0);
        } else {
            writer.write(&wide(part(place as usize, letters.saturating_mul(2))));
        }
        if left == 0 || writer.story.is_full() {
            break;
        }
    }
    Some(())
}

#[derive(Default)]
struct Writer {
    story: Story,
    line: String,
    cells: Vec<String>,
    /// Fields around whose code is passed over: only their result is text.
    codes: u32,
    fields: u32,
}

impl Writer {
    fn write(&mut self, text: &str) {
        for letter in text.chars() {
            if self.story.is_full() {
                return;
            }
            self.letter(letter);
        }
    }

    fn letter(&mut self, letter: char) {
        match letter {
            '\u{13}' => {
                self.fields += 1;
                self.codes += 1;
            }
            '\u{14}' => self.codes = self.codes.saturating_sub(1),
            '\u{15}' => {
                self.fields = self.fields.saturating_sub(1);
                self.codes = self.codes.min(self.fields);
            }
            _ if self.codes > 0 => {}
            // A cell ends; where nothing is in it, a row.
            '\u{7}' if self.line.is_empty() && !self.cells.is_empty() => self.story.row(self.cells.drain(..)),
            '\u{7}' => self.cells.push(std::mem::take(&mut self.line)),
            '\r' => self.flush(),
            '\u{c}' => {
                self.flush();
                self.story.page_break();
            }
            '\u{1e}' => self.line.push('-'),
            '\u{b}' | '\t' => self.line.push(' '),
            letter if letter.is_control() => {}
            letter => self.line.push(letter),
        }
    }

    fn flush(&mut self) {
        // Which paragraphs are headings stands elsewhere; a short one at the very beginning is the title of most texts.
        let line = self.line.trim();
        if self.story.blocks().is_empty()
            && line.len() < LONGEST_TITLE
            && !line.ends_with(['.', ',', ':', ';'])
        {
            self.story.heading(1, line);
        } else {
            self.story.paragraph(line);
        }
        self.line.clear();
    }
}
