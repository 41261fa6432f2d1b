//! Captions: one plain sentence of what was found for sure, or none. No model that writes sentences ships with its weights in
//! a package, and a sentence that claims more than was seen is worse than none.

use facts::{Annotations, Found};

use crate::{found, labels};

/// How probable a word must be to be said as if it were certain.
const CERTAIN: f32 = 0.8;
/// What is worth saying beside people.
const COMPANY: [&str; 5] = ["animal", "vehicle", "musical instrument", "food", "ball"];
/// Words that are too wide to say anything, or that name no thing.
const NOT_SAID: [&str; 16] = [
    "animal",
    "clothing",
    "food",
    "furniture",
    "kitchenware",
    "landscape",
    "military",
    "plant",
    "sea life",
    "shop",
    "sports",
    "tool",
    "underwater",
    "vehicle",
    "water",
    "weapon",
];
/// Words that stand without an article.
const BARE: [&str; 44] = [
    "armour",
    "baseball",
    "basketball",
    "beer",
    "billiards",
    "binoculars",
    "bread",
    "broccoli",
    "cattle",
    "clogs",
    "coffee",
    "coral",
    "cosmetics",
    "diving",
    "football",
    "garlic",
    "golf",
    "gymnastics",
    "hay",
    "jeans",
    "jewellery",
    "maize",
    "make-up",
    "maracas",
    "mittens",
    "panpipes",
    "pasta",
    "pills",
    "pottery",
    "pyjamas",
    "rugby",
    "ruins",
    "sandals",
    "scales",
    "skiing",
    "socks",
    "soup",
    "stairs",
    "standing stones",
    "sunglasses",
    "swimwear",
    "tennis",
    "toilet paper",
    "wine",
];
const NUMBERS: [&str; 9] = ["Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];

pub(crate) fn caption(found_so_far: &Annotations) -> Option<Found<String>> {
    let faces = found_so_far.faces.as_ref().map_or(0, |faces| faces.value.len());
    let labels = found_so_far.labels.as_ref().map_or(&[][..], |labels| &labels.value);
    let certain = || {
        labels
            .iter()
            .filter(|label| label.confidence >= CERTAIN)
            .map(|label| label.word.as_str())
            .filter(|word| !NOT_SAID.contains(word) && !["person", "people", "group"].contains(word))
    };
    // The narrowest word: one that none of the others is a kind of.
    let narrowest =
        certain().find(|word| certain().all(|other| other == *word || !labels::precedes(other, word)));
    let people = match faces {
        0 => None,
        1 => Some("A person".to_owned()),
        2..=10 => NUMBERS.get(faces - 2).map(|number| format!("{number} people")),
        _ => Some("A group of people".to_owned()),
    };
    let sentence = match (people, narrowest) {
        (Some(people), Some(word)) if COMPANY.iter().any(|wide| labels::precedes(word, wide)) => {
            format!("{people} and {}", with_article(word))
        }
        (Some(people), _) => people,
        (None, Some(word)) => capital(&with_article(word)),
        (None, None) => return None,
    };
    Some(found("composed of faces and labels", "1", sentence))
}

fn with_article(word: &str) -> String {
    if BARE.contains(&word) {
        return word.to_owned();
    }
    // Words that sound otherwise than they are written.
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u']) && !["uniform", "unicycle"].contains(&word);
    format!("{} {word}", if vowel { "an" } else { "a" })
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use facts::{Face, Label};

    use super::*;

    fn of(faces: usize, labels: &[(&str, f32)]) -> Option<String> {
        let face = Face { left: 0.0, top: 0.0, width: 0.1, height: 0.1, confidence: 0.9 };
        let labels = labels
            .iter()
            .map(|(word, confidence)| Label { word: (*word).to_owned(), confidence: *confidence });
        let seen = Annotations {
            faces: Some(found("", "", vec![face; faces])),
            labels: Some(found("", "", labels.collect())),
            ..Annotations::default()
        };
        caption(&seen).map(|caption| caption.value)
    }

    #[test]
    fn only_what_is_certain_is_said() {
        assert_eq!(of(0, &[("animal", 0.99), ("cat", 0.9)]).as_deref(), Some("A cat"));
        assert_eq!(of(0, &[("animal", 0.99), ("bird", 0.95), ("owl", 0.9)]).as_deref(), Some("An owl"));
        assert_eq!(of(0, &[("drink", 0.99), ("coffee", 0.9)]).as_deref(), Some("Coffee"));
        assert_eq!(of(0, &[("animal", 0.9), ("cat", 0.6)]), None);
        assert_eq!(
            of(1, &[("person", 0.9), ("animal", 0.9), ("dog", 0.9)]).as_deref(),
            Some("A person and a dog")
        );
        assert_eq!(of(3, &[("suit", 0.9)]).as_deref(), Some("Three people"));
        assert_eq!(of(30, &[]).as_deref(), Some("A group of people"));
        assert_eq!(of(0, &[]), None);
    }
}
