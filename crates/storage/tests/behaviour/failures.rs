//! Disks that are full, gone, or tidied up by somebody else.

use std::fs;

use bytes::Bytes;
use storage::{Error, Store};
use tempfile::TempDir;

use crate::{files_below, key, put, read, store};

/// A file system of one megabyte; needs root, as the tests of the whole project do.
pub(crate) struct SmallDisk(pub(crate) TempDir);

impl SmallDisk {
    pub(crate) fn mount() -> SmallDisk {
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
async fn a_store_that_is_gone_is_not_an_object_that_is_gone() {
    let (store, dir) = store();
    put(&store, "a", b"x").await.unwrap();
    fs::rename(dir.path().join("staging"), dir.path().join("elsewhere")).unwrap();
    assert!(matches!(put(&store, "b", b"x").await, Err(Error::Io(_))));
    assert!(matches!(store.check().await, Err(Error::Io(_))));
    fs::rename(dir.path().join("elsewhere"), dir.path().join("staging")).unwrap();
    store.check().await.unwrap();

    fs::rename(dir.path().join("objects"), dir.path().join("elsewhere")).unwrap();
    assert!(matches!(store.open_blob(&key("a")).await, Err(Error::Io(_))));
    assert!(matches!(store.exists(&key("a")).await, Err(Error::Io(_))));
    assert!(matches!(store.delete(&key("a")).await, Err(Error::Io(_))));
    assert!(matches!(put(&store, "b", b"x").await, Err(Error::Io(_))));
    assert!(matches!(store.check().await, Err(Error::Io(_))));
    fs::rename(dir.path().join("elsewhere"), dir.path().join("objects")).unwrap();
    assert_eq!(read(&store, "a", 0..1).await, b"x");
    assert_eq!(files_below(dir.path()), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_that_somebody_removed_are_made_again() {
    let (store, dir) = store();
    put(&store, "a", b"x").await.unwrap();
    fs::remove_dir_all(dir.path().join("objects/site")).unwrap();
    put(&store, "a", b"y").await.unwrap();
    assert_eq!(read(&store, "a", 0..1).await, b"y");
}

#[test]
fn a_store_cannot_be_opened_where_a_file_is_in_the_way() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("objects"), b"x").unwrap();
    assert!(matches!(Store::open(dir.path().to_owned()), Err(Error::Io(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_failed_stays_failed() {
    let (store, dir) = store();
    let mut staged = store.stage();
    fs::rename(dir.path().join("staging"), dir.path().join("elsewhere")).unwrap();
    let mut failed = false;
    for _ in 0..4 {
        failed |= staged.write(Bytes::from(vec![1; 600_000])).await.is_err();
    }
    assert!(failed);
    fs::rename(dir.path().join("elsewhere"), dir.path().join("staging")).unwrap();
    assert!(staged.seal().await.is_err());
    assert!(staged.commit(&key("a")).await.is_err(), "some bytes are missing");
    assert_eq!(files_below(dir.path()), 0);
}
