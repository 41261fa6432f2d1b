//! Objects that arrive in pieces.

use storage::Error;

use crate::{key, store};

#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_in_pieces_becomes_an_object_like_any_other() {
    let (store, _dir) = store();
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n * 7 % 251) as u8).collect();
    let mut durable = 0;
    for piece in bytes.chunks(700_000) {
        // Each piece comes to a store that was opened anew, as after a restart.
        let mut growing = store.grow("a1", durable).await.unwrap();
        growing.append(&mut bytes::BytesMut::from(&piece.to_vec()[..])).await.unwrap();
        durable = growing.sync().await.unwrap();
    }
    assert_eq!(durable, bytes.len() as u64);
    let staged = store.grow("a1", durable).await.unwrap().take().await.unwrap();
    assert_eq!((staged.length(), staged.head()), (durable, &bytes[..64 * 1024]));
    let digest = staged.commit(&key("a")).await.unwrap();
    assert_eq!(digest.blake3, *blake3::hash(&bytes).as_bytes());
    assert_eq!(digest.crc32, crc32fast::hash(&bytes));
    assert_eq!(store.open_blob(&key("a")).await.unwrap().head(10).await.unwrap(), bytes[..10]);
    assert!(matches!(store.grow("a1", durable).await, Err(Error::NotFound)), "it has moved on");
    store.regrow(&key("a"), "a1").await.unwrap();
    assert!(!store.exists(&key("a")).await.unwrap());
    assert_eq!(store.grow("a1", durable).await.unwrap().take().await.unwrap().digest().unwrap(), digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_while_it_was_written_does_not_come_over_what_follows() {
    let (store, _dir) = store();
    for round in 0..100 {
        let mut growing = store.grow("c", 0).await.unwrap();
        let (synced, late) = (vec![1; 200_000], vec![2; 4_000_000]);
        growing.append(&mut bytes::BytesMut::from(&synced[..])).await.unwrap();
        let durable = growing.sync().await.unwrap();
        growing.append(&mut bytes::BytesMut::from(&late[..])).await.unwrap();
        drop(growing);
        let mut growing = store.grow("c", durable).await.unwrap();
        growing.append(&mut bytes::BytesMut::from(&b"what follows"[..][..])).await.unwrap();
        let staged = growing.take().await.unwrap();
        let expected = [&synced[..], b"what follows"].concat();
        staged.commit(&key("c")).await.unwrap();
        let blob = store.open_blob(&key("c")).await.unwrap();
        assert!(blob.head(usize::MAX).await.unwrap() == expected, "round {round}");
        store.delete(&key("c")).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_synced_is_cut_off_and_what_is_missing_is_no_hole() {
    let (store, _dir) = store();
    let mut growing = store.grow("b", 0).await.unwrap();
    growing.append(&mut bytes::BytesMut::from(&b"durable"[..][..])).await.unwrap();
    let durable = growing.sync().await.unwrap();
    growing.append(&mut bytes::BytesMut::from(&b", and not"[..][..])).await.unwrap();
    drop(growing);
    let mut growing = store.grow("b", durable).await.unwrap();
    growing.append(&mut bytes::BytesMut::from(&b" again"[..][..])).await.unwrap();
    growing.append(&mut bytes::BytesMut::from(&b"!!"[..][..])).await.unwrap();
    growing.cut(durable + 6).await.unwrap();
    growing.append(&mut bytes::BytesMut::from(&b"."[..][..])).await.unwrap();
    let staged = growing.take().await.unwrap();
    assert_eq!(staged.head(), b"durable again.");
    drop(staged);
    assert!(matches!(store.grow("b", 3).await, Err(Error::NotFound)), "dropped uncommitted, it is gone");
    assert!(matches!(store.grow("../b", 0).await, Err(Error::NotFound)), "no name leads elsewhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_joined_and_abandoned() {
    let (store, _dir) = store();
    for (name, text) in [("p1", "one "), ("p2", "two")] {
        let mut part = store.grow(name, 0).await.unwrap();
        part.append(&mut text.into()).await.unwrap();
        part.sync().await.unwrap();
    }
    let mut whole = store.grow("w", 0).await.unwrap();
    whole.join("p1", 4).await.unwrap();
    whole.join("p2", 3).await.unwrap();
    assert_eq!(whole.length(), 7);
    store.abandon("p1").await.unwrap();
    store.abandon("p1").await.unwrap();
    assert!(whole.join("p1", 4).await.is_err());
    assert!(matches!(store.grow("p1", 4).await, Err(Error::NotFound)));
    assert_eq!(store.grow("w", 7).await.unwrap().take().await.unwrap().head(), b"one two");
}
