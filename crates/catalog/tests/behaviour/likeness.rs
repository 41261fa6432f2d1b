use std::collections::BTreeMap;

use catalog::files::{self, FileRecord};
use catalog::likeness::{self, Likeness, Position, Vector};
use catalog::{Error, Topic, Tx, sites};

use crate::fixture::{Dice, Fixture, file, fixture, folder};

fn of(seed: i8) -> Likeness {
    Likeness {
        vector: Vector::new("model-1", vec![seed, -128, 127]),
        hash: Some(u64::MAX - seed.cast_unsigned() as u64),
    }
}

async fn add(fixture: &Fixture, site: i64, number: u128) -> FileRecord {
    let add = move |tx: &Tx<'_>| {
        files::insert(tx, &file(site, folder(tx, site, "media-root")?, number, "x.jpg", &[]), 1)
    };
    fixture.catalog.write(add).await.unwrap()
}

async fn set(fixture: &Fixture, file: &FileRecord, likeness: Likeness) -> bool {
    let file = file.clone();
    fixture.catalog.write(move |tx| likeness::set(tx, &file, &likeness)).await.unwrap()
}

async fn bury(fixture: &Fixture, file: FileRecord) {
    let buried = fixture.catalog.write(move |tx| {
        files::bury(tx, &file)?;
        files::forget(tx, file.num)
    });
    buried.await.unwrap();
}

/// Somebody who follows the changes of the first site.
#[derive(Default)]
struct Follower {
    known: BTreeMap<i64, Likeness>,
    position: Position,
}

impl Follower {
    /// Reads one batch; whether there are more.
    async fn read(&mut self, fixture: &Fixture, most: usize) -> bool {
        let position = self.position;
        let read = fixture.catalog.read(move |tx| likeness::since(tx, 1, position, most)).await.unwrap();
        let Some(read) = read else {
            *self = Follower::default();
            return true;
        };
        assert!(read.changes.len() <= most);
        for change in read.changes {
            match change.likeness == Likeness::default() {
                true => self.known.remove(&change.file),
                false => self.known.insert(change.file, change.likeness),
            };
        }
        self.position = read.next;
        read.more
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_likeness_is_known_until_its_file_is_gone() {
    let fixture = fixture().await;
    let file = add(&fixture, 1, 1).await;
    let num = file.num;
    let get = || async { fixture.catalog.read(move |tx| likeness::get(tx, num)).await.unwrap() };
    assert_eq!(get().await, Likeness::default());
    let only_hash = Likeness { hash: Some(1 << 63), vector: None };
    for known in [of(1), of(-1), only_hash, Likeness::default(), of(2)] {
        let version = fixture.catalog.version(Topic::Likenesses);
        assert!(set(&fixture, &file, known.clone()).await);
        assert_eq!(get().await, known);
        assert_ne!(fixture.catalog.version(Topic::Likenesses), version);
    }
    bury(&fixture, file.clone()).await;
    assert_eq!(get().await, Likeness::default());
    assert!(!set(&fixture, &file, of(1)).await);
    assert_eq!(get().await, Likeness::default());
    assert_eq!(Vector::new("model-1", vec![]), None);
    assert_eq!(Vector::new("model-1", vec![0; 513]), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_changes_in_batches_of_any_size_knows_what_there_is() {
    let fixture = fixture().await;
    let other = fixture.catalog.write(|tx| sites::create(tx, "site-2", "Two", "bbbbbb", 1)).await.unwrap();
    let elsewhere = add(&fixture, other.num, 1_000).await;
    let mut dice = Dice(11);
    let (mut files, mut known) = (Vec::new(), BTreeMap::new());
    let mut followers: Vec<(usize, Follower)> = [1, 3, 1000].map(|most| (most, Follower::default())).into();
    for step in 0..300 {
        match dice.roll(6) {
            0 | 1 => files.push(add(&fixture, 1, step + 1).await),
            2 if !files.is_empty() => {
                let gone = files.swap_remove(dice.roll(files.len()));
                known.remove(&gone.num);
                bury(&fixture, gone).await;
            }
            3 => assert!(set(&fixture, &elsewhere, of(step as i8)).await),
            _ if files.is_empty() => {}
            chosen => {
                let file = &files[dice.roll(files.len())];
                let likeness =
                    if chosen == 5 && dice.roll(4) == 0 { Likeness::default() } else { of(step as i8) };
                assert!(set(&fixture, file, likeness.clone()).await);
                known.insert(file.num, likeness);
                known.retain(|_, likeness| *likeness != Likeness::default());
            }
        }
        for (most, follower) in &mut followers {
            // Now and then, and not to the end.
            if dice.roll(3) == 0 {
                follower.read(&fixture, *most).await;
            }
        }
    }
    for (most, follower) in &mut followers {
        while follower.read(&fixture, *most).await {}
        assert_eq!(follower.known, known, "{most} at a time");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_too_far_behind_starts_over_and_who_begins_does_not() {
    let fixture = fixture().await;
    let (stays, goes) = (add(&fixture, 1, 1).await, add(&fixture, 1, 2).await);
    set(&fixture, &stays, of(1)).await;
    set(&fixture, &goes, of(2)).await;
    let mut behind = Follower::default();
    assert!(!behind.read(&fixture, 10).await);
    assert_eq!(behind.known.len(), 2);
    bury(&fixture, goes).await;
    // So many changes that the file that went is forgotten with the next one that goes.
    let (changing, last) = (add(&fixture, 1, 3).await, add(&fixture, 1, 4).await);
    set(&fixture, &last, of(4)).await;
    for _ in 0..10 {
        let file = changing.clone();
        let change = fixture.catalog.write(move |tx| {
            (0..10_000).try_for_each(|number| likeness::set(tx, &file, &of(number as i8)).map(|_| ()))
        });
        change.await.unwrap();
    }
    let mut beginning = Follower::default();
    assert!(beginning.read(&fixture, 1).await);
    bury(&fixture, last).await;
    assert!(behind.read(&fixture, 10).await, "it starts over");
    assert_eq!(behind.known.len(), 0);
    for follower in [&mut behind, &mut beginning] {
        while follower.read(&fixture, 1).await {}
        assert_eq!(follower.known.keys().copied().collect::<Vec<_>>(), [stays.num, changing.num]);
    }
    assert_eq!(
        fixture
            .catalog
            .read(|tx| likeness::since(tx, 1, Position::default(), 1))
            .await
            .map(|it| it.is_some()),
        Ok::<_, Error>(true)
    );
}
