use std::collections::BTreeMap;
use std::time::Duration;

use catalog::files::{self, Change, FileRecord};
use catalog::find::{Find, Scope, SortBy, page};
use catalog::folders::{self, Root};
use catalog::{folded, name_key};
use contract::formats::Kind;

use crate::fixture::{Dice, Fixture, file, fixture, folder};

const NAMES: [&str; 16] = [
    "Crème brûlée",
    "photo",
    "PHOTO",
    "北京 2024",
    "北京",
    "猫と犬",
    "Straße",
    "STRASSE",
    "İstanbul",
    "Ελλάδα",
    "ёлка",
    "a_b%c'd\"",
    "🎉 party",
    "jpg",
    "x",
    "ab",
];
const ENDS: [&str; 6] = [".jpg", ".png", ".mp4", ".pdf", ".svg", ".woff2"];
const LABELS: [&str; 6] = ["red", "été", "夏", "two words", "zz", "RED"];

async fn library(fixture: &Fixture, count: u128) -> Vec<FileRecord> {
    let mut dice = Dice(42);
    let mut all = Vec::new();
    for number in 0..count {
        let name = format!("{}{}", NAMES[dice.roll(NAMES.len())], ENDS[dice.roll(ENDS.len())]);
        let labels: Vec<&str> = (0..dice.roll(3)).map(|_| LABELS[dice.roll(LABELS.len())]).collect();
        let (private, size, time) = (dice.roll(4) == 0, dice.roll(5) as i64, dice.roll(20) as i64);
        let add = move |tx: &catalog::Tx<'_>| {
            let mut new = file(1, folder(tx, 1, "media-root")?, number * 7 + 1, &name, &labels);
            new.private = private;
            new.original.as_mut().unwrap().size = size;
            files::insert(tx, &new, time)
        };
        all.push(fixture.catalog.write(add).await.unwrap());
    }
    all
}

pub fn all(scope: Scope) -> Find {
    Find {
        site: 1,
        scope,
        within: None,
        kinds: Vec::new(),
        private: None,
        text: None,
        sort: SortBy::Updated,
        descending: true,
        position: None,
        limit: 7,
    }
}

/// What `find` should give, from a list of all files.
fn expected(files: &[FileRecord], find: &Find) -> Vec<i64> {
    expected_with(files, find, |_| false)
}

/// The same where a text is also found in files that `has` says.
pub fn expected_with(files: &[FileRecord], find: &Find, has: impl Fn(&FileRecord) -> bool) -> Vec<i64> {
    let needle = find.text.as_deref().map(folded);
    let matches = |file: &&FileRecord| {
        let texts = std::iter::once(&file.name).chain(&file.labels);
        let text = needle.as_ref().is_none_or(|needle| {
            let mimes = std::iter::once(&file.format.mime).chain(file.format.also);
            texts.map(|text| folded(text)).any(|text| text.contains(needle))
                || mimes.into_iter().any(|m| m.contains(needle.as_str()))
        });
        (text || has(file))
            && (find.kinds.is_empty() || find.kinds.contains(&file.format.kind))
            && find.private.is_none_or(|private| private == file.private)
    };
    let mut found: Vec<&FileRecord> = files.iter().filter(matches).collect();
    found.sort_by(|a, b| {
        let order = match find.sort {
            SortBy::Name => name_key(&a.name).cmp(&name_key(&b.name)),
            SortBy::Updated => a.updated.cmp(&b.updated),
            SortBy::Size => a.size.cmp(&b.size),
        };
        order.then_with(|| a.id.unique().cmp(&b.id.unique()))
    });
    if find.descending {
        found.reverse();
    }
    found.into_iter().map(|file| file.num).collect()
}

pub async fn every_page(fixture: &Fixture, mut find: Find) -> (Vec<i64>, Vec<i64>) {
    let mut forward = Vec::new();
    let last = loop {
        let asked = find.clone();
        let page = fixture.catalog.read(move |tx| page(tx, &asked)).await.unwrap();
        forward.extend(page.files.iter().map(|file| file.num));
        match page.next {
            Some(next) => find.position = Some(next),
            None => break page.prev,
        }
    };
    // And back again, from the last page to the first.
    let mut pages = Vec::new();
    let mut position = last;
    while let Some(place) = position {
        find.position = Some(place);
        let asked = find.clone();
        let page = fixture.catalog.read(move |tx| page(tx, &asked)).await.unwrap();
        // Where others write, everything before may be gone by now; then there is no place to go on from either.
        let turns = page.next.is_some() || page.files.is_empty();
        assert!(turns, "a page that was reached going back has one after it");
        pages.push(page.files.iter().map(|file| file.num).collect::<Vec<_>>());
        position = page.prev;
    }
    (forward, pages.into_iter().rev().flatten().collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_filter_and_scope_pages_as_a_plain_list_would() {
    let fixture = fixture().await;
    let files = library(&fixture, 120).await;
    for scope in [Scope::Folder(files[0].parent), Scope::Trees(1, vec![Root::Media, Root::Visitor])] {
        for sort in [SortBy::Name, SortBy::Updated, SortBy::Size] {
            for descending in [false, true] {
                for (kinds, private) in [
                    (vec![], None),
                    (vec![Kind::Image], None),
                    (vec![Kind::Image, Kind::Document], Some(false)),
                    (vec![], Some(true)),
                ] {
                    let find = Find { sort, descending, kinds, private, ..all(scope.clone()) };
                    let (forward, back) = every_page(&fixture, find.clone()).await;
                    let expected = expected(&files, &find);
                    assert_eq!(forward, expected, "{find:?}");
                    let on_last_page = expected.len().checked_sub(1).map_or(0, |last| last % find.limit + 1);
                    assert_eq!(back, expected[..expected.len() - on_last_page], "{find:?}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_what_looking_at_every_file_would() {
    let fixture = fixture().await;
    let files = library(&fixture, 120).await;
    for text in [
        "p",
        "ph",
        "photo",
        "PHOTO",
        "creme",
        "Crème",
        "BRÛLÉE",
        "rulee.j",
        "北",
        "北京",
        "京 2",
        "猫と犬",
        "strasse",
        "ß",
        "istanbul",
        "ελλαδα",
        "ΕΛΛΆΔΑ",
        "Ёлка",
        "елк",
        "%",
        "_",
        "'",
        "\"",
        "🎉",
        "two words",
        "o w",
        "ete",
        "夏",
        "image/",
        "image/jpeg",
        "jpg",
        "video",
        "font",
        "nothing like it",
        "zzz",
        "x.",
        ".",
        " x ",
    ] {
        for (sort, kinds) in [(SortBy::Name, vec![]), (SortBy::Updated, vec![Kind::Image, Kind::Video])] {
            let find = Find {
                text: Some(text.trim().into()),
                sort,
                kinds,
                ..all(Scope::Trees(1, vec![Root::Media]))
            };
            assert_eq!(every_page(&fixture, find.clone()).await.0, expected(&files, &find), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_follows_renames_labels_trash_and_burial() {
    let fixture = fixture().await;
    let file = library(&fixture, 1).await.remove(0);
    let search = |text: &'static str, root| {
        let find = Find { text: Some(text.into()), ..all(Scope::Trees(1, vec![root])) };
        let catalog = fixture.catalog.clone();
        async move { catalog.read(move |tx| page(tx, &find)).await.unwrap().files.len() }
    };
    let before = file.clone();
    let change =
        Change { name: Some("winter.jpg".into()), labels: Some(vec!["snow".into()]), ..Change::default() };
    let file = fixture.catalog.write(move |tx| files::update(tx, before.clone(), &change, 1)).await.unwrap();
    assert_eq!(search("winter", Root::Media).await, 1);
    assert_eq!(search("snow", Root::Media).await, 1);
    assert_eq!(search("r.jpg\nsno", Root::Media).await, 0, "nothing spans two texts");
    let before = file.clone();
    let file = fixture.catalog.write(move |tx| files::trash(tx, &before, 5)).await.unwrap().unwrap();
    assert_eq!((search("winter", Root::Media).await, search("winter", Root::Trash).await), (0, 1));
    fixture.catalog.write(move |tx| files::bury(tx, &file)).await.unwrap();
    assert_eq!(search("winter", Root::Trash).await, 0);
}

/// Files whose texts are near to `abcd`, then files that have it; added together, as one at a time takes long.
async fn far_apart(fixture: &Fixture, near: u128, hits: u128) -> Vec<FileRecord> {
    let add = move |tx: &catalog::Tx<'_>| {
        let parent = folder(tx, 1, "media-root")?;
        (0..near + hits)
            .map(|number| {
                let labels: &[&str] = if number < near { &["abc", "bcd"] } else { &["abcd"] };
                files::insert(tx, &file(1, parent.clone(), number + 1, "x.jpg", labels), number as i64)
            })
            .collect::<Result<Vec<_>, _>>()
    };
    fixture.catalog.write(add).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn hits_beyond_many_files_that_only_seem_to_be_some_are_found() {
    let fixture = fixture().await;
    let files = far_apart(&fixture, 16_000, 12).await;
    for descending in [false, true] {
        let find = Find { text: Some("abcd".into()), descending, ..all(Scope::Trees(1, vec![Root::Media])) };
        assert_eq!(every_page(&fixture, find.clone()).await.0, expected(&files, &find));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_knows_files_before_and_after_they_are_indexed() {
    let fixture = fixture().await;
    let files = far_apart(&fixture, 700, 20).await;
    let nums: Vec<i64> = files.iter().map(|file| file.num).collect();
    let rename = move |tx: &catalog::Tx<'_>| {
        nums.iter()
            .map(|num| {
                let file = files::by_num(tx, *num)?.expect("it stays");
                let name = Some(format!("new name {num}.jpg"));
                files::update(tx, file, &Change { name, ..Change::default() }, 5_000)
            })
            .collect::<Result<Vec<_>, catalog::Error>>()
    };
    let files = fixture.catalog.write(rename).await.unwrap();
    // The writer tends to the index after each group when much is left to do, and when it has nothing else to do.
    for pause in [0, 1, 500] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        for text in ["abcd", "x.jpg", "new name 7", "w"] {
            let find =
                Find { text: Some(text.into()), limit: 100, ..all(Scope::Trees(1, vec![Root::Media])) };
            let found = every_page(&fixture, find.clone()).await.0;
            assert_eq!(found, expected(&files, &find), "{text} after {pause} ms");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_stays_is_skipped_or_doubled_while_others_write() {
    let fixture = fixture().await;
    let files = library(&fixture, 200).await;
    let (moving, staying): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.num % 2 == 0);
    let catalog = fixture.catalog.clone();
    let writer = tokio::spawn(async move {
        for round in 0..5 {
            for file in &moving {
                let (num, name) = (file.num, format!("{round} moved {}", file.name));
                let change = move |tx: &catalog::Tx<'_>| {
                    let file = files::by_num(tx, num)?.expect("it stays");
                    files::update(
                        tx,
                        file,
                        &Change { name: Some(name.clone()), ..Change::default() },
                        30 + round,
                    )
                };
                catalog.write(change).await.unwrap();
                let there_and_back = move |tx: &catalog::Tx<'_>| {
                    let file = files::by_num(tx, num)?.expect("it stays");
                    match file.root {
                        Root::Trash => files::restore(tx, &file),
                        _ => files::trash(tx, &file, 30 + round),
                    }
                };
                catalog.write(there_and_back).await.unwrap();
            }
        }
    });
    let mut rounds = 0;
    while !writer.is_finished() || rounds == 0 {
        for sort in [SortBy::Name, SortBy::Updated] {
            let find = Find { sort, ..all(Scope::Folder(staying[0].parent)) };
            let mut seen: BTreeMap<i64, usize> = BTreeMap::new();
            for num in every_page(&fixture, find).await.0 {
                *seen.entry(num).or_default() += 1;
            }
            assert!(staying.iter().all(|file| seen.get(&file.num) == Some(&1)));
        }
        rounds += 1;
    }
    writer.await.unwrap();
}

#[tokio::test]
async fn a_page_within_a_folder_ends_before_it_has_passed_too_much_and_says_where_it_goes_on() {
    let fixture = fixture().await;
    let few: Vec<u128> = vec![3, 20_007, 41_000];
    let inner = fixture.catalog.write(|tx| {
        Ok::<_, catalog::Error>(
            folders::create(tx, &folder(tx, 1, "media-root")?, &"f".repeat(32), "in", 1)?.unwrap(),
        )
    });
    let inner = inner.await.unwrap();
    let (num, wanted) = (inner.num, few.clone());
    let added = fixture.catalog.write(move |tx| {
        let outside = folder(tx, 1, "media-root")?;
        for number in 0..45_000 {
            let into = if wanted.contains(&number) { &inner } else { &outside };
            files::insert(tx, &file(1, into.clone(), number, "x.jpg", &[]), number as i64)?;
        }
        Ok::<_, catalog::Error>(())
    });
    added.await.unwrap();
    for descending in [false, true] {
        let mut find =
            Find { within: Some([num].into()), descending, ..all(Scope::Trees(1, vec![Root::Media])) };
        let mut expected: Vec<i64> = few.iter().map(|number| *number as i64).collect();
        if descending {
            expected.reverse();
        }
        let (mut found, mut pages) = (Vec::new(), 0);
        loop {
            let asked = find.clone();
            let page = fixture.catalog.read(move |tx| page(tx, &asked)).await.unwrap();
            found.extend(page.files.iter().map(|file| file.created));
            pages += 1;
            assert!(page.prev.is_some() || pages == 1);
            match page.next {
                Some(next) => find.position = Some(next),
                None => {
                    // And back again, from the last page.
                    find.position = page.prev;
                    break;
                }
            }
        }
        assert_eq!((&found, pages), (&expected, 3), "descending: {descending}");
        let mut back = Vec::new();
        while find.position.is_some() {
            let asked = find.clone();
            let page = fixture.catalog.read(move |tx| page(tx, &asked)).await.unwrap();
            back.splice(0..0, page.files.iter().map(|file| file.created));
            find.position = page.prev;
        }
        // The last page isn't before itself.
        assert_eq!(back, expected[..2], "descending: {descending}");
    }
}
