//! What search compares, and the words that stand for it in the index.
//!
//! A gram is three characters in a row, from each place of a text on; at its end they are fewer. So a needle of any
//! length in any script is answered from the index: as a gram, as the start of grams, or by the grams it is made of,
//! which name candidates that the text itself confirms. Each gram becomes a word that carries site and facet too, so that
//! the list behind a word never holds what the search isn't about. MIME types aren't gramed: there are a few dozen
//! formats, so a file has one word for its format, and the needle is looked up among the MIME types.

use std::collections::HashSet;

use contract::formats::{self, Format};

use crate::files::Facet;
use crate::fold::folded;

/// The length of a gram, in characters; shorter only at the end of a text.
const LONGEST: usize = 3;
/// Grams of a needle that are asked for together; the haystack confirms the rest.
const MOST_ASKED: usize = 4;
/// Grams of a needle that are tried in search of a rare one.
const MOST_TRIED: usize = 6;

/// What search looks through: name and labels, folded, a line each.
pub(crate) fn haystack(name: &str, labels: &[String]) -> String {
    let mut text = folded(name).replace('\n', " ");
    for label in labels {
        text.push('\n');
        text.push_str(&folded(label).replace('\n', " "));
    }
    text
}

/// A needle, ready to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needle {
    /// Folded.
    text: String,
    /// The formats whose MIME type contains it.
    formats: Vec<&'static Format>,
}

/// Words to ask the index for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words(String);

impl Words {
    /// As the index is asked.
    pub(crate) fn query(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to ask for.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Either of both.
    pub(crate) fn or(self, other: Words) -> Words {
        if other.is_empty() { self } else { Words(format!("({}) OR {}", self.0, other.0)) }
    }
}

impl Needle {
    /// Reads what a caller looks for; `None` when it is nothing.
    pub(crate) fn new(text: &str) -> Option<Needle> {
        let text = folded(text.trim()).replace('\n', " ");
        if text.is_empty() {
            return None;
        }
        let named = |format: &&&'static Format| {
            std::iter::once(&format.mime).chain(format.also).any(|mime| mime.contains(text.as_str()))
        };
        let formats = formats::ALL.iter().filter(named).copied().collect();
        Some(Needle { text, formats })
    }

    /// What is looked for, folded.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether a file has it: the index only says that pieces of it are there.
    pub(crate) fn is_in(&self, haystack: &str, format: &str) -> bool {
        haystack.contains(&self.text) || self.formats.iter().any(|named| named.name == format)
    }

    /// Whether it is shorter than a gram, so that it stands for all grams that start with it.
    pub(crate) fn is_short(&self) -> bool {
        self.text.chars().nth(LONGEST - 1).is_none()
    }

    /// The words for formats that a file of this facet can have and whose MIME type contains the needle.
    pub(crate) fn format_words(&self, site: i64, facet: Facet) -> Words {
        let prefix = prefix(site, facet);
        let formats = self.formats.iter().filter(|format| facet.is(format.kind));
        Words(formats.map(|format| format_word(&prefix, format.name)).collect::<Vec<_>>().join(" OR "))
    }

    /// Some of the words that every file of this facet has whose texts contain the needle, each for itself.
    pub(crate) fn some_words(&self, site: i64, facet: Facet) -> impl Iterator<Item = Words> {
        self.words(site, facet, MOST_TRIED).into_iter().map(Words)
    }

    /// As many of them as narrow the search down well, all at once, or a format.
    pub(crate) fn all_words(&self, site: i64, facet: Facet) -> Words {
        let all = self.words(site, facet, MOST_ASKED).join(" AND ");
        Words(all).or(self.format_words(site, facet))
    }

    /// Up to `most` of the needle's words, spread over it.
    fn words(&self, site: i64, facet: Facet, most: usize) -> Vec<String> {
        let prefix = prefix(site, facet);
        let characters: Vec<char> = self.text.chars().collect();
        if characters.len() < LONGEST {
            return vec![format!("{} *", word(&prefix, &characters))];
        }
        let mut grams: Vec<&[char]> = characters.windows(LONGEST).collect();
        grams.sort_unstable();
        grams.dedup();
        // Grams across the border of a word are rarer than those within.
        grams.sort_by_key(|gram| gram.iter().all(|c| c.is_alphanumeric()));
        grams.truncate(most);
        grams.into_iter().map(|gram| word(&prefix, gram)).collect()
    }
}

fn prefix(site: i64, facet: Facet) -> String {
    format!("s{site:x}k{:x}", facet.num())
}

fn word(prefix: &str, gram: &[char]) -> String {
    let mut word = format!("{prefix}g");
    let mut bytes = [0; 4];
    for c in gram {
        for byte in c.encode_utf8(&mut bytes).bytes() {
            // Hex, as the index takes letters and digits for words and anything else for gaps.
            word.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            word.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        }
    }
    word
}

fn format_word(prefix: &str, format: &str) -> String {
    format!("{prefix}f{format}")
}

/// The words of a document: of a file, or, without a format, of a folder.
pub(super) fn words(site: i64, facet: Facet, format: Option<&Format>, haystack: &str) -> String {
    let prefix = prefix(site, facet);
    let mut seen: HashSet<&[char]> = HashSet::new();
    let lines: Vec<Vec<char>> = haystack.lines().map(|line| line.chars().collect()).collect();
    let mut text = format.map(|format| format_word(&prefix, format.name)).unwrap_or_default();
    for line in &lines {
        // One gram from each place on, cut off at the end of the line: what is shorter than a gram starts one.
        for start in 0..line.len() {
            let gram = &line[start..line.len().min(start + LONGEST)];
            if seen.insert(gram) {
                text.push(' ');
                text.push_str(&word(&prefix, gram));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::formats::{JPEG, Kind};

    #[test]
    fn every_substring_of_a_haystack_asks_only_for_words_it_has() {
        let facet = Facet::new(Kind::Image, false);
        let hay = haystack("Crème brûlée 猫.jpg", &["süß".into(), "été".into()]);
        let words = words(1, facet, Some(&JPEG), &hay);
        let have: Vec<&str> = words.split(' ').collect();
        for line in hay.lines() {
            let characters: Vec<char> = line.chars().collect();
            for start in 0..characters.len() {
                for end in start + 1..=characters.len() {
                    let text: String = characters[start..end].iter().collect();
                    let needle = Needle { text, formats: Vec::new() };
                    for word in needle.words(1, facet, usize::MAX) {
                        let found = match word.strip_suffix(" *") {
                            Some(begin) => have.iter().any(|word| word.starts_with(begin)),
                            None => have.contains(&word.as_str()),
                        };
                        assert!(found, "{needle:?} asks for {word}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_needle_finds_formats_by_any_part_of_their_mime_types() {
        let needle = Needle::new("image/JP").expect("a needle");
        assert!(needle.is_in("", "jpeg") && !needle.is_in("", "png"));
        assert_eq!(needle.format_words(1, Facet::new(Kind::Image, true)).query(), "s1k1fjpeg");
        assert!(needle.format_words(1, Facet::new(Kind::Video, true)).is_empty());
        assert_eq!(Needle::new("  "), None);
    }
}
