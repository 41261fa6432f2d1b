//! What any store must do.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt;
use storage::{BlobKey, Error, Store};
use tempfile::TempDir;

fn store() -> (Store, TempDir) {
    let dir = TempDir::new().unwrap();
    (Store::open(dir.path().to_owned()).unwrap(), dir)
}

fn key(name: &str) -> BlobKey {
    BlobKey::new(&["site", name, "src"]).unwrap()
}

async fn put(store: &Store, name: &str, bytes: &[u8]) -> Result<storage::Digest, Error> {
    let mut staged = store.stage();
    staged.write(Bytes::copy_from_slice(bytes)).await?;
    staged.commit(&key(name)).await
}

async fn read(store: &Store, name: &str, range: std::ops::Range<u64>) -> Vec<u8> {
    let blob = store.open_blob(&key(name)).await.unwrap();
    blob.stream(range)
        .try_fold(Vec::new(), |all, bytes| async move { Ok([all, bytes.to_vec()].concat()) })
        .await
        .unwrap()
}

fn files_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_is_read_back_whole_and_in_ranges() {
    let (store, _dir) = store();
    let bytes: Vec<u8> = (0..3_000_001_u32).map(|number| (number * 7 % 251) as u8).collect();
    let mut staged = store.stage();
    for chunk in bytes.chunks(70_001) {
        staged.write(Bytes::copy_from_slice(chunk)).await.unwrap();
    }
    assert_eq!(staged.head(), &bytes[..65_536]);
    let digest = staged.commit(&key("a")).await.unwrap();
    assert_eq!(digest.length, bytes.len() as u64);
    assert_eq!(digest.blake3, *blake3::hash(&bytes).as_bytes());
    assert_eq!(digest.crc32, crc32fast::hash(&bytes));
    assert_eq!(read(&store, "a", 0..3_000_001).await, bytes);
    for range in [0..1, 262_143..262_145, 3_000_000..3_000_001, 5..5, 100..2_000_000] {
        assert_eq!(read(&store, "a", range.clone()).await, bytes[range.start as usize..range.end as usize]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_bytes_can_be_read_before_they_have_a_name() {
    let (store, dir) = store();
    let mut staged = store.stage();
    staged.write(Bytes::from_static(b"hello")).await.unwrap();
    assert_eq!((staged.path(), staged.digest()), (None, None));
    staged.seal().await.unwrap();
    assert_eq!(std::fs::read(staged.path().unwrap()).unwrap(), b"hello");
    assert_eq!(staged.digest().unwrap().crc32, crc32fast::hash(b"hello"));
    assert_eq!(files_below(&dir.path().join("objects")), 0);
    assert!(staged.write(Bytes::from_static(b"x")).await.is_err(), "nothing is lost in silence");
    assert_eq!(staged.commit(&key("a")).await.unwrap().length, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_is_dropped_leaves_nothing() {
    let (store, dir) = store();
    for size in [10, 2_000_000] {
        let mut staged = store.stage();
        staged.write(Bytes::from(vec![1; size])).await.unwrap();
        staged.seal().await.unwrap();
        assert_eq!(files_below(dir.path()), 1);
        drop(staged);
        assert_eq!(files_below(dir.path()), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_commits_to_one_key_one_wins_and_stays() {
    let (store, dir) = store();
    for round in 0..50 {
        let name = format!("n{round}");
        let (a, b) = tokio::join!(put(&store, &name, b"first"), put(&store, &name, b"second"));
        assert!(a.is_ok() != b.is_ok());
        let lost = if a.is_ok() { b } else { a };
        assert!(matches!(lost, Err(Error::AlreadyExists)));
    }
    assert_eq!(files_below(dir.path()), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_is_final_repeatable_and_harmless_to_readers() {
    let (store, dir) = store();
    put(&store, "a", &vec![9; 1_000_000]).await.unwrap();
    let blob = store.open_blob(&key("a")).await.unwrap();
    store.delete(&key("a")).await.unwrap();
    store.delete(&key("a")).await.unwrap();
    assert!(matches!(store.open_blob(&key("a")).await, Err(Error::NotFound)));
    let left: Vec<Bytes> = blob.stream(0..1_000_000).try_collect().await.unwrap();
    assert_eq!(left.iter().map(Bytes::len).sum::<usize>(), 1_000_000);
    assert_eq!(files_below(dir.path()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_and_deletes_of_neighbours_do_not_trip_over_each_other() {
    let (store, _dir) = store();
    let tasks = (0..8).map(|task| {
        let store = store.clone();
        tokio::spawn(async move {
            for round in 0..60 {
                let name = format!("t{task}r{round}");
                put(&store, &name, b"x").await.unwrap();
                store.delete(&key(&name)).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweeper_takes_what_is_old_and_nothing_else() {
    let (store, dir) = store();
    put(&store, "kept", b"x").await.unwrap();
    std::fs::write(dir.path().join("staging/left-behind"), b"x").unwrap();
    assert_eq!(store.sweep(Duration::from_secs(60)).await.unwrap(), 0);
    assert_eq!(store.sweep(Duration::ZERO).await.unwrap(), 1);
    assert_eq!(read(&store, "kept", 0..1).await, b"x");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortened_object_is_an_error_and_not_an_end() {
    let (store, dir) = store();
    put(&store, "a", &vec![1; 600_000]).await.unwrap();
    let blob = store.open_blob(&key("a")).await.unwrap();
    let path = walk(&dir.path().join("objects"));
    std::fs::OpenOptions::new().write(true).open(path).unwrap().set_len(300_000).unwrap();
    let read: Result<Vec<Bytes>, Error> = blob.stream(0..600_000).try_collect().await;
    assert!(read.is_err());
}

fn walk(path: &Path) -> std::path::PathBuf {
    match std::fs::read_dir(path) {
        Ok(mut entries) => walk(&entries.next().unwrap().unwrap().path()),
        Err(_) => path.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_room_and_it_can_be_written_to() {
    let (store, dir) = store();
    let space = store.space().await.unwrap();
    assert!(space.available > 0 && space.available <= space.total);
    store.check().await.unwrap();
    assert_eq!(files_below(dir.path()), 0);
}

/// A file system of one megabyte; needs root, as the tests of the whole project do.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> SmallDisk {
        let dir = TempDir::new().unwrap();
        let mut mount = std::process::Command::new("mount");
        let status = mount.args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(dir.path()).status().unwrap();
        assert!(status.success(), "a small tmpfs could not be mounted: run the tests as root");
        SmallDisk(dir)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_an_error_that_leaves_nothing_and_passes() {
    let disk = SmallDisk::mount();
    let store = Store::open(disk.0.path().to_owned()).unwrap();
    put(&store, "first", &vec![1; 500_000]).await.unwrap();
    let refused = put(&store, "second", &vec![1; 5_000_000]).await;
    assert!(matches!(refused, Err(Error::Full)), "{refused:?}");
    assert_eq!(files_below(disk.0.path()), 1);
    put(&store, "third", &vec![1; 100_000]).await.unwrap();
    assert_eq!(read(&store, "first", 0..500_000).await, vec![1; 500_000]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_a_folder_is_no_object() {
    let (store, _dir) = store();
    put(&store, "a", b"x").await.unwrap();
    let folder = BlobKey::parse("site").unwrap();
    assert!(matches!(store.open_blob(&folder).await, Err(Error::NotFound)));
    assert!(!store.exists(&folder).await.unwrap());
    assert!(store.exists(&key("a")).await.unwrap());
}
