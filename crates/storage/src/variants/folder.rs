//! The folder of a cache: what lies in it, and how many bytes that is.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use uuid::Uuid;

use super::key::{SHARDS, VariantKey};
use crate::error::{Error, Result};

/// The folder of a cache. A shard's files change, and are counted, under its lock.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// Variants on their way in.
    staging: PathBuf,
    budget: i64,
    /// Bytes of all shards, and those that are reserved. Below 0 while what was there before isn't counted yet.
    used: AtomicI64,
    /// Bytes of the largest variant that found no room since room was made last.
    refused: AtomicI64,
    shards: Vec<Shard>,
}

/// What is known of a shard.
#[derive(Debug, Default)]
struct Shard {
    /// Bytes, as far as they are counted; what was there before is once [`Folder::look`] has been there.
    bytes: Mutex<i64>,
    /// How often an owner in it was purged. One number for all of them: a variant that is made while a neighbour is purged
    /// isn't kept, which costs making it again.
    purges: AtomicU32,
}

/// A variant, as far as its removal needs it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) used: SystemTime,
    shard: usize,
    path: PathBuf,
}

impl Folder {
    /// Makes the folder as needed, and removes what was left half-written.
    pub(super) fn open(root: PathBuf, budget: u64) -> io::Result<Folder> {
        let staging = root.join("staging");
        fs::create_dir_all(&staging)?;
        for left in fs::read_dir(&staging)? {
            // What can't be removed now may go the next time.
            let _ = fs::remove_file(left?.path());
        }
        Ok(Folder {
            root,
            staging,
            budget: i64::try_from(budget).unwrap_or(i64::MAX),
            used: AtomicI64::new(0),
            refused: AtomicI64::new(0),
            shards: (0..SHARDS).map(|_| Shard::default()).collect(),
        })
    }

    pub(super) fn path(&self, key: &VariantKey) -> PathBuf {
        self.owner(key.shard, &key.owner).join(&key.name)
    }

    fn owner(&self, shard: usize, owner: &str) -> PathBuf {
        self.root.join(format!("{shard:03x}")).join(owner)
    }

    fn lock(&self, shard: usize) -> MutexGuard<'_, i64> {
        self.shards[shard].bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves with every purge of the key's owner.
    pub(super) fn purges(&self, key: &VariantKey) -> u32 {
        self.shards[key.shard].purges.load(Ordering::Acquire)
    }

    pub(super) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed).max(0) as u64
    }

    pub(super) fn keeps(&self) -> bool {
        self.budget > 0
    }

    /// Whether it is time to make room.
    pub(super) fn is_crowded(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.budget - self.budget / 20
            || self.refused.load(Ordering::Relaxed) > 0
    }

    /// How many bytes may stay when room is made: 90 % of the budget, less where a variant that was refused needs more.
    pub(super) fn target(&self) -> u64 {
        let refused = self.refused.swap(0, Ordering::Relaxed);
        (self.budget - refused.max(self.budget / 10)) as u64
    }

    /// Takes room for `bytes`; `None` where there isn't any.
    pub(super) fn reserve(self: &Arc<Folder>, bytes: u64) -> Option<Room> {
        let bytes = i64::try_from(bytes).ok().filter(|bytes| *bytes <= self.budget)?;
        let fits = |used: i64| used.checked_add(bytes).filter(|sum| *sum <= self.budget);
        if self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_err() {
            self.refused.fetch_max(bytes, Ordering::Relaxed);
            return None;
        }
        let path = self.staging.join(Uuid::new_v4().simple().to_string());
        Some(Room { folder: self.clone(), bytes, path, kept: false })
    }

    /// Counts `bytes` more, or fewer, in a shard.
    fn count(&self, counted: &mut i64, bytes: i64) {
        *counted += bytes;
        self.used.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Whether nothing is counted in a shard, so that nothing can be removed there.
    pub(super) fn is_empty(&self, shard: usize) -> bool {
        *self.lock(shard) <= 0
    }

    /// Lists a shard, and puts right what is counted of it.
    pub(super) fn look(&self, number: usize) -> io::Result<Vec<Entry>> {
        let mut counted = self.lock(number);
        let (mut entries, mut bytes) = (Vec::new(), 0);
        for owner in list(&self.root.join(format!("{number:03x}")))? {
            let owner = owner?;
            if !owner.file_type()?.is_dir() {
                continue;
            }
            for file in list(&owner.path())? {
                let file = file?;
                let metadata = file.metadata()?;
                if metadata.is_file() {
                    bytes += metadata.len() as i64;
                    entries.push(Entry { used: metadata.modified()?, shard: number, path: file.path() });
                }
            }
        }
        let missed = bytes - *counted;
        self.count(&mut counted, missed);
        Ok(entries)
    }

    /// Removes a variant that wasn't used since it was listed; whether it did.
    pub(super) fn remove(&self, entry: &Entry) -> io::Result<bool> {
        let mut counted = self.lock(entry.shard);
        let metadata = match fs::symlink_metadata(&entry.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            other => other?,
        };
        if metadata.modified()? != entry.used {
            return Ok(false);
        }
        fs::remove_file(&entry.path)?;
        self.count(&mut counted, -(metadata.len() as i64));
        if let Some(owner) = entry.path.parent() {
            // Which fails as long as it holds another variant.
            let _ = fs::remove_dir(owner);
        }
        Ok(true)
    }

    /// Removes all variants of an owner.
    pub(super) fn purge(&self, number: usize, owner: &str) -> io::Result<()> {
        let folder = self.owner(number, owner);
        let mut counted = self.lock(number);
        self.shards[number].purges.fetch_add(1, Ordering::Release);
        for file in list(&folder)? {
            let file = file?;
            let bytes = file.metadata()?.len() as i64;
            fs::remove_file(file.path())?;
            self.count(&mut counted, -bytes);
        }
        absent(fs::remove_dir(&folder)).map(drop)
    }
}

/// Room in a cache for one variant. Given back, with what was written, unless it is filled.
pub(super) struct Room {
    folder: Arc<Folder>,
    bytes: i64,
    /// Where the variant is written.
    path: PathBuf,
    kept: bool,
}

impl Room {
    /// Writes a variant, and shows it when it is on the disk as a whole; `false` where its owner was purged since `purges`.
    ///
    /// The folder isn't synced: a power cut may take the variant, but never a part of it.
    pub(super) fn fill(mut self, key: &VariantKey, bytes: &[u8], purges: u32) -> Result<bool> {
        let mut file = make(&self.path, || File::create_new(&self.path))?;
        file.write_all(bytes)?;
        file.sync_data().map_err(Error::not_synced)?;
        let folder = self.folder.clone();
        let path = folder.path(key);
        let mut counted = folder.lock(key.shard);
        if folder.purges(key) != purges {
            return Ok(false);
        }
        let before = absent(fs::symlink_metadata(&path))?.map_or(0, |metadata| metadata.len() as i64);
        make(&path, || fs::rename(&self.path, &path))?;
        self.kept = true;
        // What was reserved counts for the shard from here on.
        *counted += self.bytes;
        folder.count(&mut counted, -before);
        Ok(true)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if !self.kept {
            // What can't be removed now, the next start sweeps.
            let _ = fs::remove_file(&self.path);
            self.folder.used.fetch_sub(self.bytes, Ordering::Relaxed);
        }
    }
}

/// Makes a file at `path`, and the folder for it where there is none: nobody can know when a cache is emptied by hand.
fn make<T>(path: &Path, make: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match make() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            make()
        }
        other => other,
    }
}

/// What a folder holds; one that isn't there holds nothing.
fn list(folder: &Path) -> io::Result<impl Iterator<Item = io::Result<fs::DirEntry>> + use<>> {
    Ok(absent(fs::read_dir(folder))?.into_iter().flatten())
}

/// `None` for what isn't there.
pub(super) fn absent<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}
