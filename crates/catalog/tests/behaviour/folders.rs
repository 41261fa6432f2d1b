//! Folders in places where chance seldom leads.

use std::collections::BTreeSet;

use catalog::files::{self, Change as FileChange, FileRecord};
use catalog::find::Scope;
use catalog::folders::{self, Change, Folder, Refusal, Root};
use catalog::{Tx, sites};

use crate::fixture::{file, fixture, folder};
use crate::trees::{all_files, all_folders, find};

/// Ids for new folders, each another one.
fn ids() -> impl Fn() -> String {
    let number = std::cell::Cell::new(0);
    move || {
        number.set(number.get() + 1);
        format!("{:032x}", number.get())
    }
}

#[tokio::test]
async fn a_folder_can_not_be_moved_where_it_or_one_below_would_lie_too_deep() {
    let fixture = fixture().await;
    let moved = fixture.catalog.write(|tx| {
        let new_id = ids();
        let names = |count: i64| (0..count).map(|level| level.to_string()).collect::<Vec<_>>();
        let top = folder(tx, 1, "media-root")?;
        let (deep, _) = folders::ensure_path(tx, top.clone(), &names(30), 1, &new_id)?.expect("not too deep");
        let high = folders::create(tx, &top, &new_id(), "high", 1)?.expect("free");
        let into = |tx: &Tx<'_>, parent: &Folder| {
            let high = folder(tx, 1, &high.id)?;
            folders::update(tx, &high, &Change { parent: Some(parent.clone()), name: None }, 2)
        };
        let below = folders::ensure_path(tx, high.clone(), &names(2), 1, &new_id)?.expect("not too deep").0;
        assert_eq!(into(tx, &deep)?.unwrap_err(), Refusal::TooDeep);
        // Without its lowest level it fits, and then nothing more does.
        folders::trash(tx, &folder(tx, 1, &below.id)?, 2)?;
        let moved = into(tx, &deep)?.expect("it fits");
        let below = folders::create(tx, &folder(tx, 1, &moved.id)?, &new_id(), "x", 3)?;
        assert!(below.is_ok(), "level 32");
        let deepest = folders::create(tx, &below.unwrap(), &new_id(), "y", 3)?;
        Ok::<_, catalog::Error>(deepest)
    });
    assert_eq!(moved.await.unwrap(), Err(Refusal::TooDeep));
}

#[tokio::test]
async fn a_folder_that_comes_back_beside_namesakes_gets_a_number_and_no_longer_name_than_allowed() {
    let fixture = fixture().await;
    let done = fixture.catalog.write(|tx| {
        let top = folder(tx, 1, "media-root")?;
        for name in ["same".to_owned(), "x".repeat(255)] {
            let mut numbers = Vec::new();
            for number in 0..12 {
                let id = format!("{:032x}", number + 100 * name.len());
                let made = folders::create(tx, &top, &id, &name, 1)?.expect("the name is free");
                folders::trash(tx, &made, 2)?.expect("it was live");
                numbers.push(id);
            }
            let mut names = BTreeSet::new();
            for id in &numbers {
                let back = folders::restore(tx, &folder(tx, 1, id)?)?.expect("it was in the trash");
                assert!(back.name.chars().count() <= 255, "{}", back.name);
                names.insert(back.name);
            }
            assert_eq!(names.len(), 12, "each has a name of its own");
            let expected = |number| format!("{} ({number})", &name[..name.len().min(251)]);
            assert!((1..10).all(|number| names.contains(&expected(number))), "{names:?}");
        }
        Ok::<_, catalog::Error>(())
    });
    done.await.unwrap();
}

#[tokio::test]
async fn what_is_gathered_below_a_folder_is_limited() {
    let fixture = fixture().await;
    let done = fixture.catalog.write(|tx| {
        let new_id = ids();
        let top = folder(tx, 1, "media-root")?;
        for (number, path) in (100..).zip([["a", "1"], ["a", "2"], ["b", "1"]]) {
            let names = path.map(str::to_owned);
            let at = folders::ensure_path(tx, top.clone(), &names, 1, &new_id)?.expect("not too deep").0;
            files::insert(tx, &file(1, at, number, "a.jpg", &[]), 1)?;
        }
        let gathered = |files, folders| {
            let found = folders::gather(tx, &top, files, folders)?;
            Ok::<_, catalog::Error>(
                found.map(|found| found.iter().map(|found| found.folders.join("/")).collect::<Vec<_>>()),
            )
        };
        assert_eq!(gathered(3, 5)?, Some(vec!["a/1".into(), "a/2".into(), "b/1".into()]));
        assert_eq!(gathered(2, 5)?, None, "one file too many");
        assert_eq!(gathered(3, 4)?, None, "one folder too many");
        assert_eq!(gathered(3, 0)?, None);
        Ok::<_, catalog::Error>(())
    });
    done.await.unwrap();
}

#[tokio::test]
async fn the_list_of_a_folder_that_is_gone_stays_empty_whatever_comes_after_it() {
    let fixture = fixture().await;
    let done = fixture.catalog.write(|tx| {
        let new_id = ids();
        let other = sites::create(tx, "site-2", "Two", "bbbbbb", 1)?.num;
        let top = folder(tx, 1, "media-root")?;
        let stays = folders::create(tx, &top, &new_id(), "stays", 1)?.expect("free");
        folders::create(tx, &stays, &new_id(), "below", 1)?.expect("free");
        let gone = folders::create(tx, &top, &new_id(), "gone", 1)?.expect("free");
        let filed = files::insert(tx, &file(1, gone.clone(), 1, "a.jpg", &[]), 1)?;
        sites::charge(tx, 1, filed.size)?;
        // As a cursor keeps it.
        let list = find(Scope::Folder(gone.num), None);
        folders::bury(tx, &gone)?;
        let mut buried = Vec::new();
        loop {
            let settled = folders::settle(tx, 5)?;
            buried.extend(settled.buried);
            if !settled.more {
                break;
            }
        }
        for bones in &buried {
            files::forget(tx, bones.file)?;
        }
        // Somebody else's come next.
        let root = folder(tx, other, "media-root")?;
        let next = folders::create(tx, &root, &new_id(), "next", 1)?.expect("free");
        let next_file = files::insert(tx, &file(other, next.clone(), 2, "b.jpg", &[]), 1)?;
        assert_ne!(next.num, gone.num, "no number is given out twice");
        assert_ne!(next_file.num, filed.num, "nor one of a file");
        assert_eq!(all_files(tx, list.clone())?, BTreeSet::new());
        // While stamps of the site are behind, too.
        folders::trash(tx, &stays, 2)?.expect("it was live");
        assert!(!folders::is_settled(tx, 1)?);
        assert_eq!(all_files(tx, list.clone())?, BTreeSet::new());
        assert_eq!(all_folders(tx, list)?, BTreeSet::new());
        Ok::<_, catalog::Error>(())
    });
    done.await.unwrap();
}

#[tokio::test]
async fn what_comes_into_a_folder_whose_stamp_is_behind_is_found_where_it_is_in_the_end() {
    let fixture = fixture().await;
    let done = fixture.catalog.write(|tx| {
        let new_id = ids();
        let settle = || {
            while folders::settle(tx, 100)?.more {}
            Ok::<_, catalog::Error>(())
        };
        let found = |tree| {
            let find = find(Scope::Trees(1, vec![tree]), None);
            let (files, folders) = (all_files(tx, find.clone())?, all_folders(tx, find)?);
            Ok::<_, catalog::Error>((files, folders))
        };
        let media = folder(tx, 1, "media-root")?;
        let top = folders::create(tx, &media, &new_id(), "top", 1)?.expect("free");
        let inner = folders::create(tx, &top, &new_id(), "inner", 1)?.expect("free");
        let now = |folder_: &Folder| folder(tx, 1, &folder_.id);
        let moved = files::insert(tx, &file(1, media, 1, "moved.jpg", &[]), 1)?;
        let restored = files::insert(tx, &file(1, inner.clone(), 2, "restored.jpg", &[]), 1)?;

        // Things come in while it is in the trash, and its row doesn't say so yet; then it comes back.
        folders::trash(tx, &now(&top)?, 2)?.expect("it was live");
        let new = files::insert(tx, &file(1, now(&inner)?, 3, "new.jpg", &[]), 1)?;
        let into = FileChange { folder: Some(now(&inner)?), ..FileChange::default() };
        let moved = files::update(tx, moved, &into, 3)?;
        let below = folders::create(tx, &now(&inner)?, &new_id(), "below", 3)?.expect("free");
        folders::restore(tx, &now(&top)?)?.expect("it was in the trash");
        settle()?;
        let id = |file: &FileRecord| file.id.to_string();
        let all_folders = BTreeSet::from([top.id.clone(), inner.id.clone(), below.id.clone()]);
        assert_eq!(found(Root::Media)?, ([id(&new), id(&moved), id(&restored)].into(), all_folders.clone()));
        assert_eq!(found(Root::Trash)?, Default::default());

        // A file comes back into it while it is out of the trash, and its row doesn't say so yet; then it goes again.
        let alone = files::trash(tx, &files::get(tx, 1, &restored.id)?.expect("there"), 4)?.expect("live");
        folders::trash(tx, &now(&top)?, 4)?.expect("it was live");
        settle()?;
        folders::restore(tx, &now(&top)?)?.expect("it was in the trash");
        let back = files::restore(tx, &alone)?.expect("it was in the trash");
        assert_eq!(back.parent_id, inner.id);
        folders::trash(tx, &now(&top)?, 5)?.expect("it was live");
        settle()?;
        assert_eq!(found(Root::Trash)?, ([id(&new), id(&moved), id(&restored)].into(), all_folders));
        assert_eq!(found(Root::Media)?, Default::default());
        Ok::<_, catalog::Error>(())
    });
    done.await.unwrap();
}
