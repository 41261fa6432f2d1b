use catalog::files::{self, Change, Status};
use catalog::folders::{self, Root};
use catalog::{Error, sites};
use contract::formats;

use crate::fixture::{Fixture, file, fixture, folder, id};

async fn add(fixture: &Fixture, number: u128, name: &'static str) -> files::FileRecord {
    let site = fixture.site.num;
    fixture
        .catalog
        .write(move |tx| {
            assert!(sites::charge(tx, site, 1000)?);
            files::insert(tx, &file(site, folder(tx, site, "media-root")?, number, name, &["red"]), 100)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn a_file_is_found_by_its_whole_id_on_its_own_site() {
    let fixture = fixture().await;
    let added = add(&fixture, 1, "a.jpg").await;
    let get = |site: i64, id| fixture.catalog.read(move |tx| files::get(tx, site, &id));
    assert_eq!(get(1, added.id.clone()).await.unwrap(), Some(added.clone()));
    assert_eq!(get(2, added.id.clone()).await.unwrap(), None, "another site");
    assert_eq!(get(1, id(1, &formats::PNG)).await.unwrap(), None, "another suffix");
    let located =
        fixture.catalog.read(move |tx| files::locate(tx, &id(1, &formats::JPEG))).await.unwrap().unwrap();
    assert_eq!((located.file, located.assets[0].crc32), (added, u32::MAX));
}

#[tokio::test]
async fn an_id_is_taken_once() {
    let fixture = fixture().await;
    add(&fixture, 1, "a.jpg").await;
    let again = fixture
        .catalog
        .write(|tx| files::insert(tx, &file(1, folder(tx, 1, "media-root")?, 1, "b.jpg", &[]), 100))
        .await;
    assert!(matches!(again, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn an_update_moves_the_date_even_within_a_millisecond() {
    let fixture = fixture().await;
    let added = add(&fixture, 1, "a.jpg").await;
    let change = Change { name: Some("Ä.jpg".into()), labels: Some(vec!["b".into()]), ..Change::default() };
    let (now, before) = (added.updated, added.clone());
    let updated =
        fixture.catalog.write(move |tx| files::update(tx, before.clone(), &change, now)).await.unwrap();
    assert!(updated.updated > added.updated && updated.revision == added.revision + 1);
    let id = added.id.clone();
    let read = fixture.catalog.read(move |tx| files::get(tx, 1, &id)).await.unwrap().unwrap();
    assert_eq!(read, updated);
    assert_eq!((read.name.as_str(), read.labels.as_slice()), ("Ä.jpg", ["b".to_owned()].as_slice()));
}

#[tokio::test]
async fn trash_remembers_the_folder_and_restore_goes_back_to_it() {
    let fixture = fixture().await;
    let added = add(&fixture, 1, "a.jpg").await;
    let moved = fixture
        .catalog
        .write(move |tx| {
            let start = folder(tx, 1, "media-root")?;
            let ensured = folders::ensure_path(tx, start, &["x".into()], 1, || "f".repeat(32))?;
            let (x, made) = ensured.expect("not deep");
            assert_eq!(made.len(), 1);
            files::update(tx, added.clone(), &Change { folder: Some(x), ..Change::default() }, 101)
        })
        .await
        .unwrap();
    let before = moved.clone();
    let trashed = fixture.catalog.write(move |tx| files::trash(tx, &before, 200)).await.unwrap().unwrap();
    assert_eq!((trashed.root, trashed.parent_id.as_str()), (Root::Trash, "trash-root"));
    assert_eq!(trashed.updated, moved.updated, "the date stays");
    let again = trashed.clone();
    assert_eq!(fixture.catalog.write(move |tx| files::trash(tx, &again, 300)).await.unwrap(), None);
    let expired = fixture.catalog.read(|tx| files::expired_trash(tx, 201, 10)).await.unwrap();
    assert_eq!(expired, std::slice::from_ref(&trashed));
    assert!(fixture.catalog.read(|tx| files::expired_trash(tx, 200, 10)).await.unwrap().is_empty());
    let restored = fixture.catalog.write(move |tx| files::restore(tx, &trashed)).await.unwrap().unwrap();
    assert_eq!((restored.root, restored.parent_id.clone()), (Root::Media, "f".repeat(32)));
    assert_eq!(fixture.catalog.write(move |tx| files::restore(tx, &restored)).await.unwrap(), None);
}

#[tokio::test]
async fn a_buried_file_is_found_by_nobody_and_counts_no_more() {
    let fixture = fixture().await;
    let added = add(&fixture, 1, "a.jpg").await;
    let file = added.clone();
    let buried = fixture.catalog.write(move |tx| files::bury(tx, &file)).await.unwrap();
    assert_eq!(buried.blobs, ["blob-1"]);
    let id = added.id.clone();
    assert_eq!(fixture.catalog.read(move |tx| files::get(tx, 1, &id)).await.unwrap(), None);
    let id = added.id.clone();
    assert_eq!(fixture.catalog.read(move |tx| files::locate(tx, &id)).await.unwrap(), None);
    let num = added.num;
    let late =
        fixture.catalog.write(move |tx| files::set_outcome(tx, num, Status::Ready, Some("{}"), 9)).await;
    assert_eq!(late.unwrap(), None, "a worker that comes late changes nothing");
    let site = fixture.catalog.read(|tx| sites::by_num(tx, 1)).await.unwrap().unwrap();
    assert_eq!((site.used_bytes, site.used_files), (0, 0));
    fixture.catalog.write(move |tx| files::forget(tx, num)).await.unwrap();
    let file = added.clone();
    assert!(fixture.catalog.write(move |tx| files::bury(tx, &file)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_writers_cannot_overshoot_a_quota() {
    let fixture = fixture().await;
    fixture.catalog.write(|tx| sites::set_quota(tx, 1, Some(20_500), None)).await.unwrap();
    let charges = (0..50).map(|_| {
        let catalog = fixture.catalog.clone();
        tokio::spawn(async move { catalog.write(|tx| sites::charge(tx, 1, 1000)).await.unwrap() })
    });
    let mut granted = 0;
    for charge in charges.collect::<Vec<_>>() {
        granted += usize::from(charge.await.unwrap());
    }
    assert_eq!(granted, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_callers_make_one_path() {
    let fixture = fixture().await;
    let callers = (0..100).map(|caller| {
        let catalog = fixture.catalog.clone();
        tokio::spawn(async move {
            let ensured = catalog.write(move |tx| {
                let start = folder(tx, 1, "media-root")?;
                let names = ["videos".into(), "2024".into(), "december".into()];
                let next = std::cell::Cell::new(caller * 10);
                folders::ensure_path(tx, start, &names, 1, || {
                    next.set(next.get() + 1);
                    format!("{:032x}", next.get())
                })
            });
            ensured.await.unwrap().expect("not deep").0.id
        })
    });
    let mut ids = std::collections::HashSet::new();
    for caller in callers.collect::<Vec<_>>() {
        ids.insert(caller.await.unwrap());
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn folders_end_at_level_32() {
    let fixture = fixture().await;
    let names: Vec<String> = (0..33).map(|level| level.to_string()).collect();
    let ensured = fixture.catalog.write(move |tx| {
        let next = std::cell::Cell::new(0);
        let start = folder(tx, 1, "media-root")?;
        folders::ensure_path(tx, start, &names, 1, || {
            next.set(next.get() + 1);
            format!("{:032x}", next.get())
        })
    });
    assert_eq!(ensured.await.unwrap(), Err(folders::Refusal::TooDeep));
}
