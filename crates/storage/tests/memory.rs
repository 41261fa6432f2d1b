//! Memory doesn't grow with an object. A process of its own, as it looks at the peak of all of it.
#![allow(clippy::unwrap_used, missing_docs)]

use bytes::Bytes;
use futures::TryStreamExt;
use storage::{BlobKey, Store};

const MIB: usize = 1024 * 1024;

/// The most memory that this process ever had, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_object_takes_little_memory_in_and_out() {
    let dir = tempfile::TempDir::new().unwrap();
    let store = Store::open(dir.path().to_owned()).unwrap();
    let key = BlobKey::parse("site/large/src").unwrap();
    let before = peak();

    let mut staged = store.stage();
    for number in 0..256_u64 {
        // Fresh pieces, as they come out of a socket.
        staged.write(Bytes::from(vec![number as u8; MIB])).await.unwrap();
    }
    assert_eq!(staged.commit(&key).await.unwrap().length, 256 * MIB as u64);
    let written = peak() - before;
    assert!(written < 8 * MIB, "writing 256 MiB took {written} bytes");

    let blob = store.open_blob(&key).await.unwrap();
    let read = blob.stream(0..blob.length());
    let length = read.try_fold(0, |sum, bytes| async move { Ok(sum + bytes.len()) }).await.unwrap();
    assert_eq!(length, 256 * MIB);
    let all = peak() - before;
    assert!(all < 12 * MIB, "writing and reading 256 MiB took {all} bytes");
}
