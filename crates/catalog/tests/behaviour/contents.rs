use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::contents::{self, Words};
use catalog::files::{self, Change, FileRecord};
use catalog::find::{Find, Scope, SortBy, page};
use catalog::folders::{self, Folder, Root};
use catalog::{Error, Tx, folded, sites};
use contract::formats::Kind;

use crate::find::{all, every_page, expected_with};
use crate::fixture::{Dice, Fixture, file, fixture, folder};

const WORDS: [&str; 14] = [
    "Steam",
    "machine",
    "machines",
    "MACHINERY",
    "été",
    "of",
    "no",
    "2024",
    "北京大学",
    "京都",
    "大",
    "スキー場",
    "한국어",
    "photo",
];
const NOTHING: [i64; 0] = [];
const NEEDLES: [&str; 38] = [
    "steam",
    "mach",
    "machine",
    "machines",
    "machinery steam",
    "steam mach",
    "mach steam",
    "machi",
    "steam machin",
    "ete",
    "Été of",
    "of 2024",
    "of no",
    "no of steam",
    "2024",
    "202",
    "20",
    "m",
    "ma",
    "steam m",
    "steam ma",
    "北京",
    "京大",
    "北",
    "学",
    "大",
    "大京",
    "北京大学 mach",
    "場",
    "スキー",
    "국어",
    "photo",
    "pho",
    "photo.j",
    "image/",
    "nothing like it",
    "steam OR (mach* NOT \"été\"",
    "\0steam^2024 AND mach",
];

/// Whether a text has the words of a needle, as one would see it who looks at every text.
fn has(text: &str, needle: &str) -> bool {
    let is_cjk = |c: char| ('\u{3041}'..='\u{9fff}').contains(&c) || ('\u{ac00}'..='\u{d7ff}').contains(&c);
    let words = |text: &str| {
        let mut words: Vec<(String, bool)> = Vec::new();
        let mut goes_on = false;
        for c in folded(text).chars() {
            if !c.is_alphanumeric() {
                goes_on = false;
                continue;
            }
            match words.last_mut() {
                Some((word, cjk)) if goes_on && *cjk == is_cjk(c) => word.push(c),
                _ => words.push((c.to_string(), is_cjk(c))),
            }
            goes_on = true;
        }
        words
    };
    let (text, needle) = (words(text), words(needle));
    if !needle.iter().any(|(word, cjk)| *cjk || word.chars().count() >= 3) {
        return false;
    }
    let last = needle.len() - 1;
    needle.iter().enumerate().all(|(number, (word, cjk))| {
        let characters: Vec<char> = word.chars().collect();
        let in_text = |part: &[char]| {
            let part: String = part.iter().collect();
            text.iter().any(|(word, cjk)| *cjk && word.contains(&part))
        };
        match cjk {
            true if characters.len() == 1 => in_text(&characters),
            true => characters.windows(2).all(in_text),
            false if number == last => text.iter().any(|(other, _)| other.starts_with(word.as_str())),
            false => text.iter().any(|(other, _)| other == word),
        }
    })
}

fn random_text(dice: &mut Dice) -> String {
    let words: Vec<&str> = (0..dice.roll(7)).map(|_| WORDS[dice.roll(WORDS.len())]).collect();
    words.join([" ", ", ", "\n", "—"][dice.roll(4)])
}

async fn set(fixture: &Fixture, file: i64, text: &str) -> bool {
    let words = Words::of(text);
    fixture.catalog.write(move |tx| contents::set(tx, file, &words)).await.unwrap()
}

async fn found(fixture: &Fixture, find: &Find) -> Vec<i64> {
    let find = find.clone();
    fixture.catalog.read(move |tx| page(tx, &find)).await.unwrap().files.iter().map(|file| file.num).collect()
}

fn text(text: &str) -> Find {
    Find { text: Some(text.into()), ..all(Scope::Trees(1, vec![Root::Media])) }
}

struct Library {
    files: Vec<FileRecord>,
    texts: BTreeMap<i64, String>,
    inner: Folder,
}

async fn add(
    fixture: &Fixture,
    site: i64,
    into: Folder,
    number: u128,
    name: String,
    private: bool,
) -> FileRecord {
    let (size, time) = ((number % 5) as i64, (number % 11) as i64);
    let add = move |tx: &Tx<'_>| {
        let mut new = file(site, into.clone(), number, &name, &[]);
        new.private = private;
        new.original.as_mut().unwrap().size = size;
        files::insert(tx, &new, time)
    };
    fixture.catalog.write(add).await.unwrap()
}

/// Files right in the root and in a folder, most of them with texts, and another site's with the same.
async fn library(fixture: &Fixture, dice: &mut Dice) -> Library {
    let made = fixture.catalog.write(|tx| {
        let other = sites::create(tx, "site-2", "Two", "bbbbbb", 1)?;
        let root = folder(tx, 1, "media-root")?;
        let inner = folders::create(tx, &root, &"f".repeat(32), "inner", 1)?.expect("room");
        Ok::<_, Error>((root, inner, folder(tx, other.num, "media-root")?, other.num))
    });
    let (root, inner, elsewhere, other) = made.await.unwrap();
    let (mut files, mut texts) = (Vec::new(), BTreeMap::new());
    for number in 0..90_u128 {
        let end = ["pdf", "jpg", "png", "mp4"][dice.roll(4)];
        let name = format!("{}.{end}", ["photo", "steam", "x"][dice.roll(3)]);
        let private = dice.roll(4) == 0;
        let text = random_text(dice);
        let (site, into) = match number % 9 {
            8 => (other, elsewhere.clone()),
            number if number < 3 => (1, inner.clone()),
            _ => (1, root.clone()),
        };
        let added = add(fixture, site, into, number * 31 + 5, name, private).await;
        assert!(set(fixture, added.num, &text).await);
        if site == 1 {
            texts.insert(added.num, text);
            files.push(added);
        }
    }
    Library { files, texts, inner }
}

impl Library {
    async fn check(&self, fixture: &Fixture, files: &[FileRecord], find: &Find) {
        let needle = find.text.as_deref().unwrap();
        let wanted = expected_with(files, find, |file| has(&self.texts[&file.num], needle));
        let (forward, back) = every_page(fixture, find.clone()).await;
        assert_eq!(forward, wanted, "{find:?}");
        let on_last_page = wanted.len().checked_sub(1).map_or(0, |last| last % find.limit + 1);
        assert_eq!(back, wanted[..wanted.len() - on_last_page], "{find:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contents_are_found_as_looking_at_every_text_would() {
    let fixture = fixture().await;
    let mut dice = Dice(7);
    let mut library = library(&fixture, &mut dice).await;
    let everywhere = Scope::Trees(1, vec![Root::Media, Root::Visitor]);
    for round in 0..3 {
        let inside: Vec<FileRecord> =
            library.files.iter().filter(|file| file.parent == library.inner.num).cloned().collect();
        for (number, needle) in NEEDLES.into_iter().enumerate() {
            let sort = [SortBy::Name, SortBy::Updated, SortBy::Size][(number + round) % 3];
            let find = Find { sort, descending: number % 2 == 0, ..text(needle) };
            library
                .check(&fixture, &library.files, &Find { scope: everywhere.clone(), ..find.clone() })
                .await;
            let (kinds, private) = (vec![Kind::Image, Kind::Document], Some(number % 3 == 0));
            library.check(&fixture, &library.files, &Find { kinds, private, ..find.clone() }).await;
            let folder = Scope::Folder(library.inner.num);
            library.check(&fixture, &inside, &Find { scope: folder, ..find.clone() }).await;
            let within: Option<Arc<[i64]>> = Some([library.inner.num].into());
            library.check(&fixture, &inside, &Find { within, ..find }).await;
        }
        // Other texts, none, and files that are gone.
        for _ in 0..25 {
            let file = library.files[dice.roll(library.files.len())].num;
            let text = random_text(&mut dice);
            assert!(set(&fixture, file, &text).await);
            library.texts.insert(file, text);
        }
        for _ in 0..5 {
            let gone = library.files.swap_remove(dice.roll(library.files.len()));
            fixture.catalog.write(move |tx| files::bury(tx, &gone)).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contents_follow_their_files_into_the_trash_and_to_their_end() {
    let fixture = fixture().await;
    let library = library(&fixture, &mut Dice(3)).await;
    let inner = library.inner.clone();
    let moved = inner.clone();
    fixture.catalog.write(move |tx| folders::trash(tx, &moved, 9)).await.unwrap();
    let (inside, outside): (Vec<_>, Vec<_>) =
        library.files.iter().cloned().partition(|file| file.parent == inner.num);
    // While stamps are behind, and when they aren't any more.
    for settled in [false, true] {
        for needle in ["steam", "mach", "北"] {
            library.check(&fixture, &outside, &text(needle)).await;
            let find = Find { scope: Scope::Trees(1, vec![Root::Trash]), ..text(needle) };
            library.check(&fixture, &inside, &find).await;
        }
        if !settled {
            fixture.catalog.write(|tx| folders::settle(tx, 10_000)).await.unwrap();
        }
    }
    // A document that is renamed keeps its content; one that is buried is not to be had any more.
    let file = add(&fixture, 1, root(&fixture).await, 9_999, "one.pdf".into(), false).await;
    let num = file.num;
    assert!(set(&fixture, num, "unmistakable").await);
    let change = Change { name: Some("two.pdf".into()), ..Change::default() };
    let file = fixture.catalog.write(move |tx| files::update(tx, file.clone(), &change, 50)).await.unwrap();
    assert_eq!(found(&fixture, &text("unmis")).await, [num]);
    assert!(set(&fixture, num, "").await, "nothing is known any more");
    assert_eq!(found(&fixture, &text("unmis")).await, NOTHING);
    assert!(!fixture.catalog.read(move |tx| contents::is_known(tx, num)).await.unwrap());
    assert!(set(&fixture, num, "unmistakable").await && set(&fixture, num, "unmistakable").await);
    assert_eq!(found(&fixture, &text("unmis")).await, [num]);
    fixture.catalog.write(move |tx| files::bury(tx, &file)).await.unwrap();
    assert_eq!(found(&fixture, &text("unmis")).await, NOTHING);
    assert!(!set(&fixture, num, "unmistakable").await, "it is gone");
    fixture.catalog.write(move |tx| files::forget(tx, num)).await.unwrap();
    assert!(!fixture.catalog.read(move |tx| contents::is_known(tx, num)).await.unwrap());
}

async fn root(fixture: &Fixture) -> Folder {
    fixture.catalog.read(|tx| folder(tx, 1, "media-root")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_many_contents_have_is_walked_to_and_what_lies_far_is_sorted() {
    const WITHOUT: u128 = 41_000;
    const WITH: u128 = 6_200;
    let fixture = fixture().await;
    let added = fixture.catalog.write(|tx| {
        let root = folder(tx, 1, "media-root")?;
        let words = [Words::of("a frequent word"), Words::of("another")];
        let mut hits = Vec::new();
        for number in 0..WITHOUT + WITH {
            let added = files::insert(tx, &file(1, root.clone(), number, "x.pdf", &[]), number as i64)?;
            let is_hit = number >= WITHOUT;
            if is_hit || number == 0 {
                contents::set(tx, added.num, &words[usize::from(!is_hit)])?;
            }
            hits.extend(is_hit.then_some(added.num));
        }
        Ok::<_, Error>(hits)
    });
    let mut hits = added.await.unwrap();
    for descending in [false, true] {
        if descending {
            hits.reverse();
        }
        // Forward, the first page lies too far; backward, the way from the last hit to the end is too long.
        let find = Find { descending, limit: 1_000, ..text("frequent wo") };
        let (forward, back) = every_page(&fixture, find).await;
        assert!(forward == hits && back == hits[..6_000], "descending: {descending}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_text_is_known_as_far_as_its_words_are_counted() {
    let fixture = fixture().await;
    let file = add(&fixture, 1, root(&fixture).await, 1, "x.pdf".into(), false).await;
    let many: Vec<String> = (0..30_000).map(|number| format!("word{number}")).collect();
    assert!(set(&fixture, file.num, &many.join(" ")).await);
    assert_eq!(found(&fixture, &text("word19999")).await, [file.num]);
    assert_eq!(found(&fixture, &text("word20000")).await, NOTHING);
    assert_eq!(found(&fixture, &text("word19999 word12345 wor")).await, [file.num]);
    // A needle of any length asks for a bounded number of words.
    assert_eq!(found(&fixture, &text(&many[..5_000].join(" "))).await, [file.num]);
    let long = "é".repeat(5_000);
    assert!(set(&fixture, file.num, &long).await);
    assert_eq!(found(&fixture, &text(&long[..200])).await, [file.num]);
}
