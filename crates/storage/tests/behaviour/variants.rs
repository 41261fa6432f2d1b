//! The cache of variants: what it keeps, and what it doesn't.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use futures::TryStreamExt;
use futures::future::join_all;
use storage::Error;
use storage::variants::{Found, Vacancy, VariantKey, Variants};
use tempfile::TempDir;

use crate::failures::SmallDisk;
use crate::files_below;

const HOUR: Duration = Duration::from_secs(3600);

fn open(dir: &TempDir, budget: u64) -> Variants {
    Variants::open(dir.path().to_owned(), budget).unwrap()
}

fn key(owner: impl std::fmt::Display, name: usize) -> VariantKey {
    VariantKey::new(&format!("4acbb8_{owner}~mv2.jpg"), &format!("{name:08x}.webp")).unwrap()
}

async fn vacancy(variants: &Variants, key: &VariantKey) -> Vacancy {
    match variants.find(key).await {
        Found::Missing(vacancy) => vacancy,
        Found::Here(_) => panic!("{key} is there"),
    }
}

async fn keep(variants: &Variants, key: &VariantKey, bytes: Vec<u8>) -> bool {
    vacancy(variants, key).await.fill(bytes.into()).await.unwrap()
}

async fn is_there(variants: &Variants, key: &VariantKey) -> bool {
    matches!(variants.find(key).await, Found::Here(_))
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    // What is removed while we look isn't there.
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn bytes_below(folder: &Path) -> u64 {
    files(folder).iter().filter_map(|path| path.metadata().ok()).map(|metadata| metadata.len()).sum()
}

/// The file of a variant.
fn file(dir: &TempDir, key: &VariantKey) -> File {
    let path = files(dir.path()).into_iter().find(|path| path.ends_with(key.to_string())).unwrap();
    File::open(path).unwrap()
}

async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_served_as_it_was() {
    let dir = TempDir::new().unwrap();
    let variants = open(&dir, 1_000_000);
    let bytes: Vec<u8> = (0..300_000_u32).map(|number| number as u8).collect();
    assert!(keep(&variants, &key("a", 1), bytes.clone()).await);
    let Found::Here(blob) = variants.find(&key("a", 1)).await else { panic!("it was kept") };
    assert_eq!(blob.length(), 300_000);
    let whole: Vec<Bytes> = blob.stream(0..300_000).try_collect().await.unwrap();
    assert_eq!(whole.concat(), bytes);
    let part: Vec<Bytes> = blob.stream(10..20).try_collect().await.unwrap();
    assert_eq!(part.concat(), bytes[10..20]);
    assert!(!is_there(&variants, &key("a", 2)).await);
    assert!(!is_there(&variants, &key("b", 1)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_made_twice_counts_once() {
    let dir = TempDir::new().unwrap();
    let variants = open(&dir, 1_000_000);
    let (first, second) = (vacancy(&variants, &key("a", 1)).await, vacancy(&variants, &key("a", 1)).await);
    assert!(first.fill(vec![1; 1000].into()).await.unwrap());
    assert!(second.fill(vec![2; 700].into()).await.unwrap());
    assert_eq!((variants.used(), bytes_below(dir.path())), (700, 700));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_budget_holds_whoever_writes() {
    const BUDGET: u64 = 1_000_000;
    let dir = TempDir::new().unwrap();
    let variants = open(&dir, BUDGET);
    let done = Arc::new(AtomicBool::new(false));
    let watch = std::thread::spawn({
        let (variants, done, root) = (variants.clone(), done.clone(), dir.path().to_owned());
        move || {
            let mut most = (0, 0);
            while !done.load(Ordering::Relaxed) {
                most = (most.0.max(variants.used()), most.1.max(bytes_below(&root)));
            }
            most
        }
    });
    let writers = (0..8).map(|writer| {
        let variants = variants.clone();
        tokio::spawn(async move {
            for number in 0..250 {
                let key = key(number % 50, 1000 * writer + number);
                let mut tries = 0;
                while !keep(&variants, &key, vec![0; 4000 + 31 * number]).await {
                    tries += 1;
                    assert!(tries < 1000, "room is made while others write");
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        })
    });
    join_all(writers).await.into_iter().for_each(Result::unwrap);
    done.store(true, Ordering::Relaxed);
    let (counted, seen) = watch.join().unwrap();
    assert!(counted <= BUDGET, "{counted} bytes at a time");
    // Files go while others come, so what the watch adds up may be a little more than ever was there at once.
    assert!(seen <= BUDGET + BUDGET / 20, "{seen} bytes at a time");
    eventually("what is counted is there", || {
        variants.used() <= BUDGET * 95 / 100 && variants.used() == bytes_below(dir.path())
    })
    .await;
    assert!(variants.used() > BUDGET * 85 / 100, "no more goes than must: {}", variants.used());
}

#[tokio::test(flavor = "multi_thread")]
async fn those_go_first_that_were_not_used_for_long() {
    let dir = TempDir::new().unwrap();
    let begun = SystemTime::now();
    // As an earlier process left them, the last one used an hour ago.
    for number in 0..2000_u32 {
        let owner =
            dir.path().join(format!("{:03x}/4acbb8_{number}", number.wrapping_mul(2_654_435_761) >> 20));
        fs::create_dir_all(&owner).unwrap();
        fs::write(owner.join("00.webp"), [0; 100]).unwrap();
        let used = begun - HOUR - Duration::from_secs(u64::from(2000 - number));
        File::open(owner.join("00.webp")).unwrap().set_modified(used).unwrap();
    }
    let variants = open(&dir, 200_000);
    eventually("room is made", || {
        // All are counted when what is counted is there.
        variants.used() == bytes_below(dir.path()) && variants.used() <= 190_000
    })
    .await;
    let left: Vec<u32> = files(dir.path())
        .iter()
        .map(|path| path.parent().unwrap().to_str().unwrap().rsplit('_').next().unwrap().parse().unwrap())
        .collect();
    assert!((1800..=1900).contains(&left.len()), "no more goes than must: {} are left", left.len());
    let gone: Vec<u32> = (0..2000).filter(|number| !left.contains(number)).collect();
    let oldest = gone.iter().filter(|number| **number < 2000 / 8).count();
    assert!(oldest * 10 >= gone.len() * 9, "nearly all are of the oldest eighth: {oldest} of {}", gone.len());
    assert!(gone.iter().all(|number| *number < 2000 / 4), "none is of the younger three quarters: {gone:?}");
    // Folders of owners that have nothing any more go, too.
    let owners = owners_below(dir.path());
    assert_eq!(owners, left.len());
}

/// How many folders of owners there are.
fn owners_below(root: &Path) -> usize {
    let shards = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    shards.map(|shard| fs::read_dir(shard).unwrap().count()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn use_is_noted_once_an_hour_and_keeps() {
    let dir = TempDir::new().unwrap();
    let variants = open(&dir, 10_000);
    for number in 0..9 {
        assert!(keep(&variants, &key(number, 1), vec![0; 1000]).await);
        let old = SystemTime::now() - HOUR * 3 + Duration::from_secs(number);
        file(&dir, &key(number, 1)).set_modified(old).unwrap();
    }
    // The two oldest are used, one of those within the last hour already.
    let lately = SystemTime::now() - HOUR / 2;
    file(&dir, &key(1, 1)).set_modified(lately).unwrap();
    assert!(is_there(&variants, &key(0, 1)).await && is_there(&variants, &key(1, 1)).await);
    let noted = |number: u64| file(&dir, &key(number, 1)).metadata().unwrap().modified().unwrap();
    eventually("the use is noted", || noted(0) > SystemTime::now() - HOUR / 60).await;
    assert_eq!(noted(1), lately);

    assert!(keep(&variants, &key(9, 1), vec![0; 1000]).await);
    eventually("room is made", || variants.used() == 9000).await;
    for number in [0, 1, 3, 4, 5, 6, 7, 8, 9] {
        assert!(is_there(&variants, &key(number, 1)).await, "{number}");
    }
    assert!(!is_there(&variants, &key(2, 1)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_takes_all_of_an_owner_and_nothing_else() {
    let dir = TempDir::new().unwrap();
    let variants = open(&dir, 1_000_000);
    for name in 0..20 {
        assert!(keep(&variants, &key("a", name), vec![0; 100]).await);
    }
    assert!(keep(&variants, &key("b", 1), vec![0; 70]).await);
    variants.purge("4acbb8_a~mv2.jpg").await.unwrap();
    assert_eq!((variants.used(), files_below(dir.path())), (70, 1));
    assert!(is_there(&variants, &key("b", 1)).await);
    assert!(!is_there(&variants, &key("a", 1)).await);
    // Twice is no harm, nor is one that has nothing, nor what can't be an owner.
    for owner in ["4acbb8_a~mv2.jpg", "4acbb8_c~mv2.jpg", "../b", ""] {
        variants.purge(owner).await.unwrap();
    }
    assert_eq!(files_below(dir.path()), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_stays_of_an_owner_that_is_purged_while_its_variants_are_made() {
    let dir = TempDir::new().unwrap();
    let variants = open(&dir, 1_000_000);
    let before = vacancy(&variants, &key("a", 1)).await;
    variants.purge("4acbb8_a~mv2.jpg").await.unwrap();
    assert!(!before.fill(vec![0; 100].into()).await.unwrap());
    // One that looks later may be kept: it is for the caller to look only for files that live.
    assert!(keep(&variants, &key("a", 1), vec![0; 100]).await);
    variants.purge("4acbb8_a~mv2.jpg").await.unwrap();

    for round in 0..20 {
        let mut making = Vec::new();
        for name in 0..16 {
            let vacancy = vacancy(&variants, &key(round, name)).await;
            making.push(tokio::spawn(vacancy.fill(vec![0; 1000].into())));
        }
        variants.purge(&format!("4acbb8_{round}~mv2.jpg")).await.unwrap();
        for made in making {
            made.await.unwrap().unwrap();
        }
        assert_eq!((variants.used(), files_below(dir.path())), (0, 0), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_counts_again_and_sweeps_what_was_cut_off() {
    let dir = TempDir::new().unwrap();
    let variants = open(&dir, 100_000);
    for number in 0..50 {
        assert!(keep(&variants, &key(number, number), vec![0; 1000]).await);
    }
    drop(variants);
    fs::write(dir.path().join("staging/0123"), [0; 500]).unwrap();

    let variants = open(&dir, 100_000);
    assert_eq!(bytes_below(dir.path()), 50_000);
    eventually("all is counted", || variants.used() == 50_000).await;
    assert!(is_there(&variants, &key(7, 7)).await);
    drop(variants);

    // With a smaller budget, what is too much goes without anybody asking for it.
    let variants = open(&dir, 20_000);
    eventually("room is made", || {
        (18_000..=19_000).contains(&bytes_below(dir.path())) && variants.used() == bytes_below(dir.path())
    })
    .await;
    drop(variants);
    let variants = open(&dir, 0);
    eventually("nothing is kept", || files_below(dir.path()) == 0 && variants.used() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_while_the_rest_is_counted_counts_once() {
    let dir = TempDir::new().unwrap();
    for number in 0..1000 {
        let owner = dir.path().join(format!("{:03x}/4acbb8_{number}", number));
        fs::create_dir_all(&owner).unwrap();
        fs::write(owner.join("00.webp"), [0; 100]).unwrap();
    }
    let variants = open(&dir, 10_000_000);
    for number in 0..50 {
        assert!(keep(&variants, &key("new", number), vec![0; 1000]).await);
    }
    eventually("all is counted", || variants.used() >= 150_000).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!((variants.used(), bytes_below(dir.path())), (150_000, 150_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_larger_than_the_budget_is_not_kept() {
    let dir = TempDir::new().unwrap();
    let variants = open(&dir, 10_000);
    assert!(keep(&variants, &key("a", 1), vec![0; 6000]).await);
    assert!(!keep(&variants, &key("a", 2), vec![0; 10_001]).await);
    assert!(is_there(&variants, &key("a", 1)).await);
    // One that fits when others go isn't kept at once, but finds room a little later.
    assert!(!keep(&variants, &key("a", 2), vec![0; 8000]).await);
    eventually("room is made", || variants.used() == 0).await;
    assert!(keep(&variants, &key("a", 2), vec![0; 8000]).await);
    assert_eq!((variants.used(), files_below(dir.path())), (8000, 1));
    let none = TempDir::new().unwrap();
    let variants = open(&none, 0);
    assert!(!keep(&variants, &key("a", 1), vec![0; 1]).await);
    assert_eq!(files_below(none.path()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_an_error_that_leaves_nothing_behind() {
    let disk = SmallDisk::mount();
    let variants = open(&disk.0, 100_000_000);
    assert!(keep(&variants, &key("a", 1), vec![1; 500_000]).await);
    let refused = vacancy(&variants, &key("a", 2)).await.fill(vec![2; 5_000_000].into()).await;
    assert!(matches!(refused, Err(Error::Full)), "{refused:?}");
    assert_eq!((variants.used(), files_below(disk.0.path())), (500_000, 1));
    assert!(keep(&variants, &key("a", 3), vec![3; 100_000]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_is_emptied_by_hand_goes_on() {
    let dir = TempDir::new().unwrap();
    let variants = open(&dir, 10_000);
    for number in 0..9 {
        assert!(keep(&variants, &key(number, 1), vec![0; 1000]).await);
    }
    for entry in fs::read_dir(dir.path()).unwrap() {
        fs::remove_dir_all(entry.unwrap().path()).unwrap();
    }
    assert!(!is_there(&variants, &key(1, 1)).await);
    assert!(keep(&variants, &key(1, 1), vec![0; 1000]).await);
    // Whoever makes room sees what is gone.
    eventually("it is counted again", || variants.used() == 1000).await;
    assert!(is_there(&variants, &key(1, 1)).await);
}
