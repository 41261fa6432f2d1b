//! Plain texts in UTF-8, which need no reader that could fall: they are looked into right here, and not by a child.

use contract::formats::{self, Format};
use contract::transform::Size;
use facts::{DocumentFacts, Facts};

use crate::inspect::Looked;

/// Bytes of a text that is looked into here. Longer ones are left to children.
pub const LONGEST: u64 = 1 << 20;
/// The sheet that a child draws of a text: A4 with 150 dots to an inch.
const SHEET: Size = Size { width: 1240, height: 1754 };

/// Whether files of this format and size may be such texts.
pub fn may_be(format: &Format, size: u64) -> bool {
    *format == formats::TXT && size <= LONGEST
}

/// What is known of a text, and at most `most` bytes of it; nothing where it isn't UTF-8.
pub fn look(bytes: Vec<u8>, most: usize) -> Option<Looked> {
    let mut text = String::from_utf8(bytes).ok()?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    let words = words(&text);
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    let document = DocumentFacts { words: Some(words), ..DocumentFacts::default() };
    let picture = (!text.trim().is_empty()).then_some(SHEET);
    Some(Looked { facts: Facts { document: Some(document), picture, ..Facts::default() }, text })
}

/// Words between spaces; where a script has none, each character counts.
fn words(text: &str) -> u64 {
    let alone = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    let characters = text.chars().filter(|c| alone(*c)).count();
    let others = text.split(|c: char| c.is_whitespace() || alone(c));
    (characters + others.filter(|word| word.chars().any(char::is_alphanumeric)).count()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_and_its_words_are_counted() {
        let read = |text: &str, most| look(text.as_bytes().to_vec(), most);
        let Some(looked) = read("\u{feff}Two words — grüße 北京", 17) else { panic!("it is a text") };
        assert_eq!(looked.text, "Two words — gr");
        assert_eq!(looked.facts.document.and_then(|document| document.words), Some(5));
        assert_eq!(look(vec![b'a', 0xff], 9), None);
        assert_eq!(read(" \n", 9).and_then(|looked| looked.facts.picture), None);
    }
}
