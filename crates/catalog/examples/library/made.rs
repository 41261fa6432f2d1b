//! What the library holds: made-up files, the same in every run.

use std::ops::Range;
use std::time::Instant;

use catalog::files::{self, NewAsset, NewFile, Status};
use catalog::folders::{self, Folder};
use catalog::{Catalog, Error, sites};
use contract::formats;
use contract::ids::FileId;
use uuid::Uuid;

/// Files added by one operation.
const BATCH: u64 = 250;
const FILES_PER_FOLDER: u64 = 1000;
const FOLDERS_PER_GROUP: u64 = 32;
const WORDS: [&str; 40] = [
    "holiday",
    "beach",
    "Crème",
    "brûlée",
    "summer",
    "winter",
    "北京",
    "上海",
    "猫",
    "写真",
    "Straße",
    "Ελλάδα",
    "Москва",
    "ёлка",
    "report",
    "final",
    "draft",
    "invoice",
    "logo",
    "banner",
    "product",
    "team",
    "party",
    "wedding",
    "mountain",
    "river",
    "forest",
    "city",
    "night",
    "sunset",
    "portrait",
    "macro",
    "スキー",
    "旅行",
    "café",
    "niño",
    "zebra",
    "quartz",
    "jazz",
    "übung",
];
/// As real libraries are: mostly photographs.
const ENDS: [&str; 20] = [
    "jpg", "jpg", "jpg", "jpg", "jpg", "jpg", "jpg", "jpg", "jpg", "png", "png", "png", "webp", "gif", "mp4",
    "mp4", "pdf", "docx", "svg", "mp3",
];

/// What the manager knows of a photograph.
const FACTS: &str = r#"{"image":{"width":4000,"height":3000,"orientation":1,"animated":false,"prominent":[12,14,12],
"palette":[[12,14,12],[23,25,26],[48,42,49],[76,70,83],[116,108,127],[129,72,74],[144,142,160],[181,185,189],[210,219,210]]}}"#;

/// A small random source, so that runs repeat.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn roll(&mut self, sides: usize) -> usize {
        (self.next() % sides as u64) as usize
    }

    pub(crate) fn word(&mut self) -> &'static str {
        WORDS[self.roll(WORDS.len())]
    }
}

pub(crate) fn id(number: u64) -> FileId {
    let mut dice = Dice(number);
    let end = ENDS[Dice(number + 7).roll(ENDS.len())];
    let unique = Uuid::from_u64_pair(dice.next(), number);
    FileId::new("aaaaaa", unique, formats::by_file_name(&format!("x.{end}")).unwrap(), None)
}

pub(crate) fn name(dice: &mut Dice) -> String {
    match dice.roll(3) {
        0 => format!("IMG_{:04}", dice.roll(10_000)),
        1 => format!("{} {} {}", dice.word(), dice.word(), dice.roll(1000)),
        _ => format!("{}-{}_{:x}", dice.word(), dice.word(), dice.next() % 0xff_ffff),
    }
}

fn new_file(number: u64, folder: &Folder) -> NewFile {
    let mut dice = Dice(number * 31);
    let end = ENDS[Dice(number + 7).roll(ENDS.len())];
    let format = formats::by_file_name(&format!("x.{end}")).unwrap();
    let name = match number {
        1 => "the one xylophone.jpg".to_owned(),
        _ => format!("{}.{end}", name(&mut dice)),
    };
    NewFile {
        site: 1,
        id: id(number),
        format,
        private: dice.roll(10) == 0,
        folder: folder.clone(),
        file_name: name.clone(),
        name,
        labels: (0..dice.roll(6)).map(|_| dice.word().to_owned()).collect(),
        status: Status::Ready,
        facts: Some(FACTS.into()),
        source_url: None,
        added_by_type: "APP".into(),
        added_by: "8f6c1f0e-5b1e-4c62-9a0e-3a4b7a6b9d10".into(),
        original: Some(NewAsset {
            key: "src".into(),
            blob: format!("aaaaaa/{number:032x}/src"),
            mime: format.mime.into(),
            size: (dice.next() % 20_000_000) as i64,
            hash: [7; 32],
            crc32: 1,
        }),
    }
}

/// Makes the site with so many files in its root, and beside them trees of folders with so many files each, as far as
/// they are missing.
pub(crate) async fn fill(catalog: &Catalog, count: u64, trees: &[u64]) {
    if catalog.read(sites::list).await.unwrap().is_empty() {
        catalog.write(|tx| sites::create(tx, "site-1", "One", "aaaaaa", 1)).await.unwrap();
    }
    let (start, from) = (Instant::now(), files_there(catalog).await);
    add(catalog, "media-root", from..count).await;
    for files in trees {
        fill_tree(catalog, *files).await;
    }
    let filled = files_there(catalog).await - from;
    if filled > 0 {
        println!("filled {filled} files, {:.0} us each", start.elapsed().as_secs_f64() * 1e6 / filled as f64);
    }
}

async fn files_there(catalog: &Catalog) -> u64 {
    catalog.read(|tx| sites::by_num(tx, 1)).await.unwrap().unwrap().used_files as u64
}

/// A folder that holds folders that hold folders with the files, which are newer than all that is there.
async fn fill_tree(catalog: &Catalog, files: u64) {
    let top = folder_id(files, 0);
    let wanted = top.clone();
    if catalog.read(move |tx| folders::by_id(tx, 1, &wanted)).await.unwrap().is_some() {
        return;
    }
    let first = files_there(catalog).await;
    make(catalog, "media-root", &top, &format!("tree of {files} files")).await;
    let mut group = String::new();
    for (leaf, from) in (0..).zip((0..files).step_by(FILES_PER_FOLDER as usize)) {
        if leaf % FOLDERS_PER_GROUP == 0 {
            group = folder_id(files, 1_000_000 + leaf);
            make(catalog, &top, &group, &format!("group {leaf}")).await;
        }
        let folder = folder_id(files, 1 + leaf);
        make(catalog, &group, &folder, &format!("folder {leaf}")).await;
        add(catalog, &folder, first + from..first + files.min(from + FILES_PER_FOLDER)).await;
    }
}

/// The id of a folder of the tree that holds so many files; 0 is the whole tree.
fn folder_id(files: u64, number: u64) -> String {
    format!("{files:016x}{number:016x}")
}

async fn make(catalog: &Catalog, parent: &str, id: &str, name: &str) {
    let (parent, id, name) = (parent.to_owned(), id.to_owned(), name.to_owned());
    let made = catalog.write(move |tx| {
        let parent = folders::by_id(tx, 1, &parent)?.unwrap();
        folders::create(tx, &parent, &id, &name, 1_700_000_000_000)
    });
    made.await.unwrap().unwrap();
}

/// Adds the files with these numbers to a folder.
async fn add(catalog: &Catalog, folder: &str, numbers: Range<u64>) {
    for first in numbers.clone().step_by(BATCH as usize) {
        let (id, last) = (folder.to_owned(), numbers.end.min(first + BATCH));
        let added = catalog.write(move |tx| {
            let folder = folders::by_id(tx, 1, &id)?.unwrap();
            for number in first..last {
                let file = new_file(number, &folder);
                sites::charge(tx, 1, file.original.as_ref().map_or(0, |original| original.size))?;
                files::insert(tx, &file, 1_700_000_000_000 + (number as i64) * 1000)?;
            }
            Ok::<_, Error>(())
        });
        added.await.unwrap();
    }
}
