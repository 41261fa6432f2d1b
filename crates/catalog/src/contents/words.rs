//! What words a text has, and which of them a needle asks for.
//!
//! A word is letters and digits in a row, folded as names are. Where a script doesn't part words by spaces, each two
//! neighbouring characters are one. A file has its words and, as words of another sort, their beginnings of up to four
//! characters: all that starts with a longer beginning is few enough to be looked up as such, and what starts with `a`
//! need not be gathered from thousands of lists.

use std::collections::HashSet;

use unicode_normalization::char::is_combining_mark;

use crate::fold::folded;

/// The longest word, in bytes of its folded form; what is longer counts as what it begins with.
const LONGEST: usize = 40;
/// Different words of a text that are known: more than 200 KB of prose have. Written in Chinese, they may have more.
const MOST: usize = 20_000;
/// The longest beginning that is known of each word, in characters.
const LONGEST_BEGINNING: usize = 4;
/// The shortest word, in characters, for which texts are looked through at all.
const SHORTEST_ASKED: usize = 3;
/// Words of a needle that are looked for; the others are taken to be there.
const MOST_ASKED: usize = 32;

/// The words of a text, ready to be [set](super::set).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    whole: Vec<String>,
    beginnings: Vec<String>,
}

impl Words {
    /// Reads a text: 5 ms for 200 KB in English, 20 ms in Chinese, so it is best done before the transaction that writes it.
    ///
    /// Words are cut off after 40 bytes, and after 20,000 different ones nothing more is taken in.
    pub fn of(text: &str) -> Words {
        let mut whole = HashSet::new();
        let mut beginnings = HashSet::new();
        // Line by line, as folding makes several copies of what it is given.
        for line in text.lines() {
            each_word(&folded(line), |word| {
                if whole.len() < MOST && !whole.contains(word.text) {
                    for beginning in beginnings_of(word) {
                        if !beginnings.contains(beginning) {
                            beginnings.insert(beginning.to_owned());
                        }
                    }
                    whole.insert(word.text.to_owned());
                }
            });
        }
        let sorted = |words: HashSet<String>| {
            let mut words: Vec<String> = words.into_iter().collect();
            // The index sorts them anyway, and runs repeat.
            words.sort_unstable();
            words
        };
        Words { whole: sorted(whole), beginnings: sorted(beginnings) }
    }

    /// Whether the text has no words at all.
    pub fn is_empty(&self) -> bool {
        self.whole.is_empty()
    }

    /// How many different words it has.
    pub fn len(&self) -> usize {
        self.whole.len()
    }

    /// As the index takes them in, each with what it starts with.
    pub(super) fn document(&self, prefix: &str) -> String {
        let mut text = String::new();
        for (mark, words) in [('w', &self.whole), ('p', &self.beginnings)] {
            for word in words {
                text.push_str(prefix);
                text.push(mark);
                text.push_str(word);
                text.push(' ');
            }
        }
        text
    }
}

/// What a needle asks of a text: all of its words, the last one as a beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    whole: Vec<String>,
    beginnings: Vec<String>,
    /// A beginning that is too long to be known as one.
    long: Option<String>,
}

impl Asked {
    /// Reads what is looked for; `None` when contents aren't looked through for it: it has no word of three letters, nor
    /// a character of a script without spaces.
    pub(crate) fn of(needle: &str) -> Option<Asked> {
        let mut words: Vec<(String, bool)> = Vec::new();
        each_word(&folded(needle), |word| {
            // A run of characters ends with the last of them alone, which stands in the pair before it too.
            let told = words.last().is_some_and(|(pair, paired)| *paired && pair.ends_with(word.text));
            if !(word.paired && told) {
                words.push((word.text.to_owned(), word.paired));
            }
        });
        let is_long = |word: &str, than: usize| word.chars().nth(than).is_some();
        if !words.iter().any(|(text, paired)| *paired || is_long(text, SHORTEST_ASKED - 1)) {
            return None;
        }
        words.truncate(MOST_ASKED);
        let mut asked = Asked::default();
        let last = words.len() - 1;
        for (number, (text, paired)) in words.into_iter().enumerate() {
            match (paired, number == last) {
                (true, _) if !is_long(&text, 1) => asked.beginnings.push(text),
                (true, _) | (false, false) => asked.whole.push(text),
                (false, true) if is_long(&text, LONGEST_BEGINNING) => asked.long = Some(text),
                (false, true) => asked.beginnings.push(text),
            }
        }
        for words in [&mut asked.whole, &mut asked.beginnings] {
            words.sort_unstable();
            words.dedup();
        }
        Some(asked)
    }

    /// As the index is asked.
    pub(super) fn query(&self, prefix: &str) -> String {
        let whole = self.whole.iter().map(|word| format!("{prefix}w{word}"));
        let beginnings = self.beginnings.iter().map(|word| format!("{prefix}p{word}"));
        let long = self.long.iter().map(|word| format!("{prefix}w{word} *"));
        whole.chain(beginnings).chain(long).collect::<Vec<_>>().join(" AND ")
    }
}

/// A word as it stands in a text.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    /// Whether it is a pair of a script that doesn't part words, or, at the end of such a run, a character alone.
    paired: bool,
}

fn beginnings_of<'a>(word: Word<'a>) -> impl Iterator<Item = &'a str> {
    let longest = if word.paired { 1 } else { LONGEST_BEGINNING };
    let ends = word.text.char_indices().map(|(at, c)| at + c.len_utf8()).take(longest);
    ends.map(move |end| &word.text[..end])
}

/// Visits the words of a folded text.
fn each_word(text: &str, mut visit: impl FnMut(Word<'_>)) {
    let mut visible = String::new();
    let text = match text.contains(is_invisible) {
        true => {
            visible.extend(text.chars().filter(|c| !is_invisible(*c)));
            visible.as_str()
        }
        false => text,
    };
    // Where the run began that is being read, and where its last character did.
    let mut run: Option<(usize, usize, bool)> = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let paired = is_unparted(c);
        // A mark belongs to the letter before it.
        let goes_on = is_combining_mark(c) || c.is_alphanumeric();
        run = match run {
            Some((start, last, true)) if goes_on && (paired || is_combining_mark(c)) => {
                visit(Word { text: &text[last..at + c.len_utf8()], paired: true });
                Some((start, at, true))
            }
            Some((start, _, false)) if goes_on && !paired => Some((start, at, false)),
            ended => {
                match ended {
                    Some((_, last, true)) => visit(Word { text: &text[last..at], paired: true }),
                    Some((start, _, false)) => visit(Word { text: cut(&text[start..at]), paired: false }),
                    None => {}
                }
                goes_on.then_some((at, at, paired))
            }
        };
    }
}

fn cut(word: &str) -> &str {
    &word[..word.floor_char_boundary(LONGEST)]
}

/// Whether a character is of a script that is written without spaces between words, or, as Hangul, with endings that grow
/// on to them.
fn is_unparted(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}'           // Thai, Lao
        | '\u{1000}'..='\u{109f}'       // Burmese
        | '\u{1100}'..='\u{11ff}'       // Hangul, letter by letter
        | '\u{1780}'..='\u{17ff}'       // Khmer
        | '\u{3005}'..='\u{3007}'       // ideographic repetition, closing mark and zero
        | '\u{3041}'..='\u{30ff}'       // Hiragana, Katakana
        | '\u{3105}'..='\u{31ff}'       // Bopomofo, Katakana extensions
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Soft hyphens, joiners and choices between glyphs, which stand within words and aren't seen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_up(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        each_word(&folded(text), |word| words.push(word.text.to_owned()));
        words
    }

    #[test]
    fn words_are_letters_and_digits_and_pairs_where_no_spaces_part_them() {
        for (text, expected) in [
            ("The machine's  №2", &["the", "machine", "s", "no2"][..]),
            ("Crème-brûlée_3", &["creme", "brulee", "3"]),
            ("北京大学", &["北京", "京大", "大学", "学"]),
            ("iPhone北京x", &["iphone", "北京", "京", "x"]),
            ("猫", &["猫"]),
            ("한국어 말", &["한국", "국어", "어", "말"]),
            ("हिन्दी भाषा", &["हिन्दी", "भाषा"]),
            ("auto\u{ad}matic", &["automatic"]),
            ("", &[]),
            ("…—!", &[]),
        ] {
            assert_eq!(cut_up(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_long_is_cut_where_a_character_ends() {
        let words = cut_up(&"é".repeat(100));
        assert_eq!(words, ["e".repeat(40)]);
        let words = cut_up(&"ж".repeat(100));
        assert_eq!(words, ["ж".repeat(20)]);
        let many: String = (0..MOST * 2).map(|number| format!("w{number} ")).collect();
        assert_eq!(Words::of(&many).len(), MOST);
    }

    #[test]
    fn a_needle_asks_for_its_words_and_the_beginning_of_its_last() {
        let query = |needle: &str| Asked::of(needle).map(|asked| asked.query("x"));
        assert_eq!(query("Steam machi").as_deref(), Some("xwsteam AND xwmachi *"));
        assert_eq!(query("Steam mach").as_deref(), Some("xwsteam AND xpmach"));
        assert_eq!(query("steam ma").as_deref(), Some("xwsteam AND xpma"));
        assert_eq!(query("mac").as_deref(), Some("xpmac"));
        assert_eq!(query("北京大").as_deref(), Some("xw京大 AND xw北京"));
        assert_eq!(query("北").as_deref(), Some("xp北"));
        assert_eq!(query("北 京").as_deref(), Some("xp京 AND xp北"));
        assert_eq!(query("北京 hotel").as_deref(), Some("xw北京 AND xwhotel *"));
        for names_only in ["ma", "a b", "", "?!", "é"] {
            assert_eq!(query(names_only), None, "{names_only}");
        }
    }
}
