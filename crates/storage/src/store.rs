//! A folder of objects on a local disk.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::error::{Error, Result};
use crate::key::BlobKey;
use crate::read::Blob;
use crate::stage::Staged;

/// A store. Clones share the folder.
#[derive(Debug, Clone)]
pub struct Store {
    folders: Arc<Folders>,
}

#[derive(Debug)]
pub(crate) struct Folders {
    /// Objects, by key.
    objects: PathBuf,
    /// Objects on their way in.
    pub(crate) staging: PathBuf,
    /// Folders below `objects` that are known to be on the disk. They are never removed, so what is in here stays true.
    durable: Mutex<HashSet<PathBuf>>,
}

/// Room in a store, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Free for us.
    pub available: u64,
    /// In all.
    pub total: u64,
}

impl Store {
    /// Opens a folder, making it as needed. Blocks; meant for the start of a process.
    pub fn open(folder: PathBuf) -> Result<Store> {
        let (objects, staging) = (folder.join("objects"), folder.join("staging"));
        fs::create_dir_all(&objects)?;
        fs::create_dir_all(&staging)?;
        // Both, and every folder above that was just made, have to be on the disk before anything in them is.
        for above in objects.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty()) {
            // Folders far above may not be ours to read, and are not ours to make.
            if sync_folder(above).is_err() && above == folder {
                return Err(Error::Io(io::Error::other("the folder of the storage can't be synced")));
            }
        }
        let folders = Folders { objects, staging, durable: Mutex::default() };
        Ok(Store { folders: Arc::new(folders) })
    }

    /// Begins an object.
    pub fn stage(&self) -> Staged {
        Staged::new(self.folders.clone())
    }

    /// Opens an object for reading.
    pub async fn open_blob(&self, key: &BlobKey) -> Result<Blob> {
        let path = self.folders.path(key);
        blocking(move || {
            let file = File::open(&path).map_err(missing)?;
            let metadata = file.metadata()?;
            if metadata.is_file() { Ok(Blob::new(file, metadata.len())) } else { Err(Error::NotFound) }
        })
        .await
    }

    /// Whether there is an object.
    pub async fn exists(&self, key: &BlobKey) -> Result<bool> {
        let path = self.folders.path(key);
        blocking(move || Ok(path.is_file())).await
    }

    /// Where the bytes of an object lie, for decoders that read files.
    pub fn path(&self, key: &BlobKey) -> PathBuf {
        self.folders.path(key)
    }

    /// Deletes an object; one that isn't there is deleted already.
    pub async fn delete(&self, key: &BlobKey) -> Result<()> {
        let path = self.folders.path(key);
        blocking(move || match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        })
        .await
    }

    /// Removes what uploads left behind in staging when they were cut off: files older than `age`. How many there were.
    pub async fn sweep(&self, age: Duration) -> Result<usize> {
        let staging = self.folders.staging.clone();
        blocking(move || {
            let mut swept = 0;
            for entry in fs::read_dir(&staging)? {
                let entry = entry?;
                // A file may be committed or dropped while we look at it.
                let Ok(changed) = entry.metadata().and_then(|metadata| metadata.modified()) else { continue };
                let old = SystemTime::now().duration_since(changed).unwrap_or_default() >= age;
                swept += usize::from(old && fs::remove_file(entry.path()).is_ok());
            }
            Ok(swept)
        })
        .await
    }

    /// How much room there is.
    pub async fn space(&self) -> Result<Space> {
        let objects = self.folders.objects.clone();
        blocking(move || {
            let stat = rustix::fs::statvfs(&objects).map_err(io::Error::from)?;
            Ok(Space { available: stat.f_bavail * stat.f_frsize, total: stat.f_blocks * stat.f_frsize })
        })
        .await
    }

    /// Whether objects can be written right now.
    pub async fn check(&self) -> Result<()> {
        let mut staged = self.stage();
        staged.write(b"."[..].into()).await?;
        staged.seal().await
    }
}

impl Folders {
    /// `site/file/asset` lies at `site/ab/file+asset`, where `ab` spreads files over 256 folders: so no folder grows without
    /// bounds, and a new object needs no folder of its own.
    pub(crate) fn path(&self, key: &BlobKey) -> PathBuf {
        match key.as_str().split_once('/') {
            None => self.objects.join(key.as_str()),
            Some((site, rest)) => {
                let shard = checksum(rest.split('/').next().unwrap_or_default());
                // No segment of a key has a plus in it, so no two keys share a name.
                self.objects.join(site).join(format!("{shard:02x}")).join(rest.replace('/', "+"))
            }
        }
    }

    /// Makes the folder of an object, and sees to it that the folder itself will be there after a power cut.
    pub(crate) fn make_durable(&self, folder: &Path) -> io::Result<()> {
        if folder == self.objects || self.known().contains(folder) {
            return Ok(());
        }
        let above = folder.parent().unwrap_or(&self.objects);
        self.make_durable(above)?;
        match fs::create_dir(folder) {
            // A neighbour may have made it and not synced it yet, so that is done here too.
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => sync_folder(above)?,
        }
        self.known().insert(folder.to_owned());
        Ok(())
    }

    fn known(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An object that isn't there is no failure of the disk.
fn missing(error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound { Error::NotFound } else { error.into() }
}

/// Spreads names over 256 folders.
fn checksum(name: &str) -> u8 {
    crc32fast::hash(name.as_bytes()).to_le_bytes()[0]
}

/// Runs work that blocks on a thread that may.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::Io(io::Error::other(error))),
    }
}

/// Puts what a folder lists on the disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
