//! The search index: which files have which grams in their names and labels.
//!
//! A gram is one, two or three characters in a row, so a needle of any length in any script is answered from the index:
//! its grams name the candidates, and the haystack itself confirms them. Each gram becomes a word that carries site and
//! facet too, so that the list behind a word never holds what the search isn't about. MIME types aren't gramed: there
//! are a few dozen formats, so a file has one word for its format, and the needle is looked up among the MIME types.

use std::collections::HashSet;

use contract::formats::{self, Format};

use crate::error::Result;
use crate::files::Facet;
use crate::fold::folded;
use crate::tx::{Tx, values};

/// The longest gram, in characters.
const LONGEST: usize = 3;
/// Grams of a needle that are asked for; the haystack confirms the rest.
const MOST_ASKED: usize = 12;

/// What search looks through: name and labels, folded, a line each.
pub(crate) fn haystack(name: &str, labels: &[String]) -> String {
    let mut text = folded(name).replace('\n', " ");
    for label in labels {
        text.push('\n');
        text.push_str(&folded(label).replace('\n', " "));
    }
    text
}

/// Adds a file to the index.
pub(crate) fn index(
    tx: &Tx<'_>,
    file: i64,
    site: i64,
    facet: Facet,
    format: &Format,
    haystack: &str,
) -> Result<()> {
    let words = words(site, facet, format, haystack);
    tx.execute("INSERT INTO grams (rowid, words) VALUES (?1, ?2)", values![file, &words])?;
    Ok(())
}

/// Takes a file out of the index.
pub(crate) fn unindex(tx: &Tx<'_>, file: i64) -> Result<()> {
    tx.execute("DELETE FROM grams WHERE rowid = ?1", values![file])?;
    Ok(())
}

/// Brings the index up to date with a changed haystack.
pub(crate) fn reindex(
    tx: &Tx<'_>,
    file: i64,
    site: i64,
    facet: Facet,
    format: &Format,
    haystack: &str,
) -> Result<()> {
    unindex(tx, file)?;
    index(tx, file, site, facet, format, haystack)
}

/// A needle, ready to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needle {
    /// Folded.
    pub(crate) text: String,
    /// The formats whose MIME type contains it.
    formats: Vec<&'static Format>,
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

    /// Names of the formats that a file of this facet can have and whose MIME type contains it.
    pub(crate) fn formats_of(&self, facet: Facet) -> impl Iterator<Item = &'static str> {
        let fits = move |format: &&&'static Format| {
            [false, true].map(|private| Facet::new(format.kind, private)).contains(&facet)
        };
        self.formats.iter().filter(fits).map(|format| format.name)
    }

    /// The full-text query for its candidates of one facet.
    pub(crate) fn query(&self, site: i64, facet: Facet) -> String {
        let prefix = prefix(site, facet);
        let characters: Vec<char> = self.text.chars().collect();
        let length = characters.len().min(LONGEST);
        let grams: Vec<&[char]> = characters.windows(length).collect();
        // A long needle has more grams than it takes to be rare: ask for some, spread over it.
        let step = grams.len().div_ceil(MOST_ASKED);
        let asked: HashSet<String> = grams.iter().step_by(step).map(|gram| word(&prefix, gram)).collect();
        let all = asked.into_iter().collect::<Vec<_>>().join(" AND ");
        let formats = self.formats_of(facet).map(|format| format!(" OR {}", format_word(&prefix, format)));
        std::iter::once(format!("({all})")).chain(formats).collect()
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

fn words(site: i64, facet: Facet, format: &Format, haystack: &str) -> String {
    let prefix = prefix(site, facet);
    let mut seen: HashSet<&[char]> = HashSet::new();
    let lines: Vec<Vec<char>> = haystack.lines().map(|line| line.chars().collect()).collect();
    let mut text = format_word(&prefix, format.name);
    for line in &lines {
        for length in 1..=LONGEST.min(line.len()) {
            for gram in line.windows(length) {
                if seen.insert(gram) {
                    text.push(' ');
                    text.push_str(&word(&prefix, gram));
                }
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
        let words = words(1, facet, &JPEG, &hay);
        let have: HashSet<&str> = words.split(' ').collect();
        for line in hay.lines() {
            let characters: Vec<char> = line.chars().collect();
            for start in 0..characters.len() {
                for end in start + 1..=characters.len() {
                    let text: String = characters[start..end].iter().collect();
                    let needle = Needle { text, formats: Vec::new() };
                    let query = needle.query(1, facet);
                    for word in query.trim_matches(['(', ')']).split(" AND ") {
                        assert!(have.contains(word), "{needle:?} asks for {word}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_needle_finds_formats_by_any_part_of_their_mime_types() {
        let needle = Needle::new("image/JP").expect("a needle");
        assert_eq!(needle.formats_of(Facet::new(Kind::Image, true)).collect::<Vec<_>>(), ["jpeg"]);
        assert_eq!(needle.formats_of(Facet::new(Kind::Video, true)).count(), 0);
        assert_eq!(Needle::new("  "), None);
    }
}
