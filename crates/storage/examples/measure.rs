//! How fast a store is on this disk: `cargo run --release -p storage --example measure -- [FOLDER] [ROUNDS]`.
//!
//! Needs 4 GiB of room. The large object is compared with `cp` and `sync` of a file of the same bytes.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::TryStreamExt;
use rustix::fs::Advice;
use storage::{BlobKey, Store};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
/// What one write brings, about as much as comes out of a socket at once.
const PIECE: usize = 64 * KIB;

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".to_owned());
    let rounds: usize = arguments.next().map_or(Ok(3), |text| text.parse())?;
    let dir = tempfile::TempDir::new_in(folder)?;
    let store = Store::open(dir.path().join("store"))?;
    for round in 1..=rounds {
        println!("round {round} of {rounds}");
        for tasks in [1, 16, 64] {
            uploads(&store, tasks).await?;
        }
        large_upload(&store, dir.path()).await?;
        small_reads(&store).await?;
        large_reads(&store).await?;
    }
    Ok(())
}

fn key(name: &str) -> Outcome<BlobKey> {
    Ok(BlobKey::new(&["3d6fbd1a-8e0b-4c55-9c39-0f5fb0cd1c36", name, "src"])?)
}

async fn put(store: &Store, key: &BlobKey, mut bytes: Bytes) -> storage::Result<()> {
    let mut staged = store.stage();
    while !bytes.is_empty() {
        staged.write(bytes.split_to(bytes.len().min(PIECE))).await?;
    }
    staged.seal().await?;
    staged.commit(key).await.map(|_| ())
}

/// Bytes that no file system packs together.
fn noise(length: usize) -> Bytes {
    let mut bytes = vec![0; length];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    Bytes::from(bytes)
}

/// Many small uploads at once, for two seconds.
async fn uploads(store: &Store, tasks: usize) -> Outcome<()> {
    let (started, bytes) = (Instant::now(), noise(20 * KIB));
    let work = (0..tasks).map(|_| {
        let (store, bytes) = (store.clone(), bytes.clone());
        tokio::spawn(async move {
            let mut keys = Vec::new();
            while started.elapsed() < Duration::from_secs(2) {
                let key = key(&uuid::Uuid::new_v4().simple().to_string())?;
                put(&store, &key, bytes.clone()).await?;
                keys.push(key);
            }
            Outcome::Ok((keys, started.elapsed()))
        })
    });
    let (mut done, mut longest) = (Vec::new(), Duration::ZERO);
    for task in work.collect::<Vec<_>>() {
        let (keys, took) = task.await??;
        done.extend(keys);
        longest = longest.max(took);
    }
    println!("  20 KiB uploads, {tasks:2} tasks: {:6.0}/s", done.len() as f64 / longest.as_secs_f64());
    for key in &done {
        store.delete(key).await?;
    }
    Ok(())
}

async fn large_upload(store: &Store, folder: &Path) -> Outcome<()> {
    let (key, block) = (key("large")?, noise(64 * MIB));
    let started = Instant::now();
    let mut staged = store.stage();
    for _ in 0..16 {
        for piece in 0..block.len() / PIECE {
            staged.write(block.slice(piece * PIECE..(piece + 1) * PIECE)).await?;
        }
    }
    let wrote = started.elapsed();
    staged.seal().await?;
    staged.commit(&key).await?;
    let ours = started.elapsed();

    let (source, copy) = (store.path(&key), folder.join("copy"));
    let started = Instant::now();
    for (program, arguments) in [("cp", vec![&source, &copy]), ("sync", vec![&copy])] {
        if !Command::new(program).args(arguments).status()?.success() {
            return Err(format!("{program} failed").into());
        }
    }
    let theirs = started.elapsed();
    std::fs::remove_file(copy)?;
    store.delete(&key).await?;
    let rate = |took: Duration| 1024.0 * 1.048_576 / took.as_secs_f64();
    println!(
        "  1 GiB upload: {:.0} MB/s ({:.0} ms of it after the last byte), cp and sync {:.0} MB/s",
        rate(ours),
        (ours - wrote).as_secs_f64() * 1e3,
        rate(theirs)
    );
    Ok(())
}

/// Opens and reads a small object again and again, as downloads do.
async fn small_reads(store: &Store) -> Outcome<()> {
    let (key, length) = (key("small")?, 64 * KIB);
    put(store, &key, noise(length)).await?;
    for tasks in [1, 16] {
        let started = Instant::now();
        let work = (0..tasks).map(|_| {
            let (store, key) = (store.clone(), key.clone());
            tokio::spawn(async move {
                let mut done = 0;
                while started.elapsed() < Duration::from_secs(1) {
                    drain(&store, &key).await?;
                    done += 1;
                }
                Outcome::Ok(done)
            })
        });
        let mut done = 0;
        for task in work.collect::<Vec<_>>() {
            done += task.await??;
        }
        let took = started.elapsed().as_secs_f64();
        println!(
            "  64 KiB reads, {tasks:2} tasks: {:6.0}/s, {:.0} MB/s",
            f64::from(done) / took,
            f64::from(done) * length as f64 / 1e6 / took
        );
    }
    Ok(store.delete(&key).await?)
}

async fn large_reads(store: &Store) -> Outcome<()> {
    let (key, length) = (key("large")?, 256 * MIB);
    put(store, &key, noise(length)).await?;
    for cached in [true, false] {
        if !cached {
            rustix::fs::fadvise(File::open(store.path(&key))?, 0, None, Advice::DontNeed)?;
        }
        let started = Instant::now();
        drain(store, &key).await?;
        let (rate, how) =
            (length as f64 / 1e6 / started.elapsed().as_secs_f64(), if cached { "memory" } else { "disk" });
        println!("  256 MiB read from {how}: {rate:.0} MB/s");
    }
    Ok(store.delete(&key).await?)
}

async fn drain(store: &Store, key: &BlobKey) -> storage::Result<u64> {
    let blob = store.open_blob(key).await?;
    blob.stream(0..blob.length()).try_fold(0, |sum, bytes| async move { Ok(sum + bytes.len() as u64) }).await
}
