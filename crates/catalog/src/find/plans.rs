//! No page is found by a scan or sorted by the engine, whatever is asked for.

use contract::formats::{self, Kind};
use contract::ids::FileId;
use rusqlite::Connection;
use uuid::Uuid;

use super::walk::Runs;
use super::{Find, Of, Scope, SortBy, page, passages};
use crate::contents::{self, Asked, Words};
use crate::files::{self, NewAsset, NewFile, Status};
use crate::folders::{self, Root};
use crate::migrate::migrate;
use crate::tx::Tx;
use crate::{search, sites};

fn add(tx: &Tx<'_>, number: u128, name: &str, private: bool) -> i64 {
    let format = formats::by_file_name(name).expect("a known ending");
    let file = NewFile {
        site: 1,
        id: FileId::new("aaaaaa", Uuid::from_u128(number), format, None),
        format,
        private,
        folder: folders::root(tx, 1, Root::Media).expect("a root"),
        name: name.into(),
        file_name: name.into(),
        labels: vec!["red".into()],
        status: Status::Ready,
        facts: None,
        source_url: None,
        added_by_type: "APP".into(),
        added_by: "key".into(),
        original: Some(NewAsset {
            key: "src".into(),
            blob: format!("{number}"),
            mime: format.mime.into(),
            size: 1,
            hash: [0; 32],
            crc32: 0,
        }),
    };
    files::insert(tx, &file, 1).expect("it is added").num
}

#[test]
fn every_list_and_search_is_a_walk_along_an_index() {
    let mut connection = Connection::open_in_memory().expect("a database");
    migrate(&mut connection).expect("a schema");
    let tx = Tx::new(&connection);
    sites::create(&tx, "site-1", "One", "aaaaaa", 1).expect("a site");
    for (number, name) in (1..).zip(["a.jpg", "b.mp4", "c.pdf", "d.jpg"]) {
        let file = add(&tx, number, name, number % 2 == 0);
        contents::set(&tx, file, &Words::of("a red machine by night")).expect("a content");
    }
    let media = folders::root(&tx, 1, Root::Media).expect("a root");
    let holds = |name: &str, number: u128| {
        folders::create(&tx, &media, &format!("{number:032x}"), name, 1).expect("a folder").expect("room")
    };
    let (_, moved) = (holds("jpeg", 20), holds("a.jpg folder", 21));
    search::tend(&tx).expect("they are indexed");
    add(&tx, 9, "waits.jpg", false);
    holds("jp waits", 22);
    tx.plans();
    look_everywhere(&tx, media.num);
    // Nor while stamps are behind.
    folders::trash(&tx, &moved, 2).expect("it goes");
    look_everywhere(&tx, media.num);
    folders::settle(&tx, 100).expect("it is settled");
    let plans = tx.plans();
    assert!(plans.len() > 100, "{}", plans.len());
    for (sql, plan) in plans {
        for line in plan {
            // FTS5 calls every look-up a scan; `M1` says that it is by words. Of what is unsettled, the first is taken.
            let scan = line.starts_with("SCAN") && !line.ends_with(":M1");
            let counts = line.starts_with("SCAN (subquery") || line.starts_with("SCAN u");
            assert!(!line.contains("TEMP B-TREE") && (!scan || counts), "{line}\n{sql}");
        }
    }
}

fn look_everywhere(tx: &Tx<'_>, media: i64) {
    let scopes = [Scope::Folder(media), Scope::Trees(1, vec![Root::Media, Root::Visitor])];
    let texts = [
        None,
        Some("jp"),
        Some("a.jpg"),
        Some("red"),
        Some("image/"),
        Some("red mach"),
        Some("nothing like it"),
    ];
    for scope in scopes {
        for sort in [SortBy::Name, SortBy::Updated, SortBy::Size] {
            for (descending, text) in texts.iter().flat_map(|text| [(false, text), (true, text)]) {
                for (kinds, private) in [(vec![], None), (vec![Kind::Image, Kind::Document], Some(true))] {
                    let mut find = Find {
                        site: 1,
                        scope: scope.clone(),
                        within: None,
                        kinds,
                        private,
                        text: text.map(str::to_owned),
                        sort,
                        descending,
                        position: None,
                        limit: 1,
                    };
                    find.position = page(tx, &find).expect("a page").next;
                    page(tx, &find).expect("a page");
                    walk_to_contents(tx, &find);
                    if sort == SortBy::Size || !find.kinds.is_empty() || private.is_some() {
                        continue;
                    }
                    find.position = None;
                    find.position = folders::page(tx, &find).expect("a page").next;
                    folders::page(tx, &find).expect("a page");
                }
            }
        }
    }
}

/// As a page is found where many files have the words.
fn walk_to_contents(tx: &Tx<'_>, find: &Find) {
    let Some(asked) = find.text.as_deref().and_then(Asked::of) else { return };
    let runs = Runs::open(tx, find, Of::Files).expect("runs");
    let found = passages::having(tx, &runs, &asked).expect("files");
    passages::in_order(tx, &runs, &found, 1, 0).expect("a page");
}
