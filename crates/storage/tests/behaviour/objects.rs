//! Objects come, are read and go.

use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt;
use storage::{BlobKey, Error};

use crate::{files_below, key, put, read, store};

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
    staged.seal().await.unwrap();
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
    let (store, _dir) = store();
    put(&store, "a", &vec![1; 600_000]).await.unwrap();
    let blob = store.open_blob(&key("a")).await.unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(store.path(&key("a"))).unwrap();
    file.set_len(300_000).unwrap();
    let read: Result<Vec<Bytes>, Error> = blob.stream(0..600_000).try_collect().await;
    assert!(read.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_room_and_it_can_be_written_to() {
    let (store, dir) = store();
    let space = store.space().await.unwrap();
    assert!(space.available > 0 && space.available <= space.total);
    store.check().await.unwrap();
    assert_eq!(files_below(dir.path()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_begin_with_another_key_and_folders_are_no_objects() {
    let (store, dir) = store();
    let keys = ["site", "site/a", "site/a/src", "site/a/src/x"].map(|text| BlobKey::parse(text).unwrap());
    for (number, key) in keys.iter().enumerate() {
        assert!(!store.exists(key).await.unwrap(), "{key}");
        assert!(matches!(store.open_blob(key).await, Err(Error::NotFound)), "{key}");
        let mut staged = store.stage();
        staged.write(Bytes::from(vec![1; number])).await.unwrap();
        staged.commit(key).await.unwrap();
    }
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(store.open_blob(key).await.unwrap().length(), number as u64, "{key}");
        store.delete(key).await.unwrap();
        assert!(!store.exists(key).await.unwrap(), "{key}");
    }
    assert_eq!(files_below(dir.path()), 0);
    std::fs::create_dir(store.path(&keys[2])).unwrap();
    assert!(!store.exists(&keys[2]).await.unwrap(), "somebody's folder is no object");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_key_fits_the_disk() {
    let (store, _dir) = store();
    for text in ["x".repeat(255), format!("a/{}", "x".repeat(253)), "a/".repeat(127) + "a"] {
        let key = BlobKey::parse(&text).unwrap();
        store.stage().commit(&key).await.unwrap();
        assert!(store.exists(&key).await.unwrap());
    }
}
