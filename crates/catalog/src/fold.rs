//! How names are compared: for search without regard to case and accents, for sorting without regard to case.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest sort key, in bytes.
const LONGEST_KEY: usize = 256;

/// One spelling of a text of which Unicode knows several, so that equal names are equal bytes.
pub(crate) fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// What search compares: NFKC, case folded, and without the marks of Latin, Greek and Cyrillic letters. Elsewhere marks
/// are letters of their own (a Hindi vowel, a Japanese voicing), so they stay.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        // Most of all texts; the tables below take ten times as long.
        return text.to_ascii_lowercase();
    }
    let plain: String = text.nfkc().collect();
    let mut kept = String::with_capacity(plain.len());
    let mut bare = false;
    for c in caseless::default_case_fold_str(&plain).nfd() {
        if is_combining_mark(c) {
            if !bare {
                kept.push(c);
            }
            continue;
        }
        bare = loses_its_marks(c);
        kept.push(c);
    }
    kept.nfc().collect()
}

fn loses_its_marks(c: char) -> bool {
    let latin = c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    let greek = matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}');
    let cyrillic = matches!(c, '\u{400}'..='\u{52f}');
    latin || greek || cyrillic
}

/// What sorting by name compares, bytewise: NFKC, case folded, its first 256 bytes.
pub fn name_key(name: &str) -> Vec<u8> {
    let plain: String = name.nfkc().collect();
    let mut key = caseless::default_case_fold_str(&plain).into_bytes();
    if key.len() > LONGEST_KEY {
        key.truncate(LONGEST_KEY);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_disregards_case_and_accents_where_accents_are_marks() {
        for (text, expected) in [
            ("Crème BRÛLÉE", "creme brulee"),
            ("Straße", "strasse"),
            ("İstanbul", "istanbul"),
            ("Ελλάδα", "ελλαδα"),
            ("Ёлка й", "елка и"),
            ("ﬁle ２", "file 2"),
            ("ガギグ", "ガギグ"),
            ("北京🎉", "北京🎉"),
            ("Plain ASCII_2.JPG", "plain ascii_2.jpg"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["Crème", "ΌΣΟΣ", "हिन्दी", "ﷺ", "ǰ", "ΐ"] {
            assert_eq!(folded(&folded(text)), folded(text), "{text}");
        }
    }

    #[test]
    fn a_sort_key_is_bounded() {
        assert_eq!(name_key(&"Ä".repeat(400)).len(), 256);
        assert_eq!(name_key("Ab"), b"ab");
    }
}
