//! What any store must do.
#![allow(clippy::unwrap_used, missing_docs)]

mod durability;
mod failures;
mod growing;
mod objects;
mod variants;

use std::path::Path;

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
