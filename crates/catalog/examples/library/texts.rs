//! Texts for the library's documents, and what they cost to write and to find.

use std::time::{Duration, Instant};

use catalog::contents::{self, Words};
use catalog::{Catalog, files};
use contract::ids::FileId;

use crate::made::{Dice, id};

/// Words that texts are made of: the number of the rank is as frequent as its reciprocal, as in any language.
const VOCABULARY: f64 = 100_000.0;
const SYLLABLES: [&str; 32] = [
    "ma", "chi", "ne", "re", "port", "con", "tra", "ct", "a", "the", "in", "vo", "ice", "qua", "li", "ty",
    "de", "ter", "sta", "tion", "per", "for", "man", "ce", "su", "bli", "me", "ex", "o", "ver", "und", "ing",
];

fn word(rank: u64) -> String {
    let mut dice = Dice(rank);
    // What is frequent is short.
    let syllables = 1 + (rank as f64).log10().round() as u64 / 2 + dice.next() % 2;
    let mut word: String = (0..syllables).map(|_| SYLLABLES[(dice.next() % 32) as usize]).collect();
    if rank > 100 {
        word.push_str(&format!("{:x}", rank % 16));
    }
    word
}

fn is_document(id: &FileId) -> bool {
    [".pdf", ".docx"].iter().any(|end| id.as_str().ends_with(end))
}

/// A text of about so many bytes.
pub(crate) fn text(dice: &mut Dice, bytes: usize) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        let share = (dice.next() >> 11) as f64 / (1_u64 << 53) as f64;
        text.push_str(&word(VOCABULARY.powf(share) as u64));
        text.push(if dice.next().is_multiple_of(12) { '\n' } else { ' ' });
    }
    text
}

/// A text of characters that no spaces part.
fn chinese(dice: &mut Dice, bytes: usize) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        let share = (dice.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let character = 0x4e00 + 4000_f64.powf(share) as u32;
        text.extend(char::from_u32(character));
        if dice.next().is_multiple_of(15) {
            text.push('。');
        }
    }
    text
}

/// Gives a text to each document that has none: 4 to 200 KB, short ones more often.
pub(crate) async fn fill_contents(catalog: &Catalog, count: u64) {
    let (mut read, mut written, mut bytes, mut documents) = (Duration::ZERO, Vec::new(), 0, 0_u64);
    for number in 0..count {
        let wanted = id(number);
        if !is_document(&wanted) {
            continue;
        }
        let unknown = catalog.read(move |tx| {
            let file = files::get(tx, 1, &wanted)?.unwrap();
            Ok::<_, catalog::Error>((!contents::is_known(tx, file.num)?).then_some(file.num))
        });
        let Some(file) = unknown.await.unwrap() else { continue };
        let mut dice = Dice(number * 77);
        let length = 4096.0 * 50_f64.powf((dice.next() % 1000) as f64 / 1000.0);
        let text = text(&mut dice, length as usize);
        let begun = Instant::now();
        let words = Words::of(&text);
        read += begun.elapsed();
        bytes += text.len();
        documents += 1;
        let begun = Instant::now();
        catalog.write(move |tx| contents::set(tx, file, &words)).await.unwrap();
        written.push(begun.elapsed());
    }
    if documents > 0 {
        let per = read.as_secs_f64() * 1e3 / (bytes as f64 / 1e5);
        println!(
            "{documents} texts of {} MB; words {per:.2} ms per 100 KB; set {}",
            bytes >> 20,
            crate::percentiles(written)
        );
    }
}

/// Times setting long texts again and again.
pub(crate) async fn long_texts(catalog: &Catalog, count: u64) {
    let mut numbers = (0..count).filter(|number| is_document(&id(*number)));
    let wanted = id(numbers.next().unwrap());
    let file = catalog.read(move |tx| files::get(tx, 1, &wanted)).await.unwrap().unwrap().num;
    let mut dice = Dice(5);
    for (what, make) in [("prose", text as fn(&mut Dice, usize) -> String), ("Chinese", chinese)] {
        let (mut read, mut set) = (Vec::new(), Vec::new());
        let mut many = 0;
        for _ in 0..40 {
            let text = make(&mut dice, 200_000);
            let begun = Instant::now();
            let words = Words::of(&text);
            read.push(begun.elapsed());
            many = words.len();
            let begun = Instant::now();
            catalog.write(move |tx| contents::set(tx, file, &words)).await.unwrap();
            set.push(begun.elapsed());
        }
        println!("200 KB of {what}: {many} words   {}", crate::percentiles(read));
        println!("200 KB of {what}: set              {}", crate::percentiles(set));
    }
}
