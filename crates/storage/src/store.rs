//! A folder of objects on a local disk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags};

use crate::error::{Error, Result};
use crate::folders::Folders;
use crate::growing::{self, Growing};
use crate::key::BlobKey;
use crate::read::Blob;
use crate::stage::Staged;

/// A store. Clones share the folder.
#[derive(Debug, Clone)]
pub struct Store {
    folders: Arc<Folders>,
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
    /// Opens a folder, making it as needed; what was made is on the disk by then. Blocks; meant for the start of a
    /// process.
    pub fn open(folder: PathBuf) -> Result<Store> {
        Ok(Store { folders: Arc::new(Folders::open(&folder)?) })
    }

    /// Begins an object.
    pub fn stage(&self) -> Staged {
        Staged::new(self.folders.clone())
    }

    /// Begins or goes on with an object that arrives in pieces, of which `durable` bytes were synced before. `name` has
    /// letters and digits only. What is shorter than that isn't there any more: [`Error::NotFound`].
    pub async fn grow(&self, name: &str, durable: u64) -> Result<Growing> {
        Growing::open(self.folders.clone(), name, durable).await
    }

    /// Turns an object back into one that arrives in pieces, as if it had not been committed.
    pub async fn regrow(&self, key: &BlobKey, name: &str) -> Result<()> {
        growing::put_back(&self.folders, key, name).await
    }

    /// Removes an object that arrives in pieces; one that isn't there is removed already.
    pub async fn abandon(&self, name: &str) -> Result<()> {
        growing::remove(&self.folders, name).await
    }

    /// Opens an object for reading.
    pub async fn open_blob(&self, key: &BlobKey) -> Result<Blob> {
        let path = self.folders.path(key);
        // What the kernel knows by heart is opened right here; only the rest is worth a thread that may block.
        if let Some(file) = open_cached(&path) {
            return Blob::new(file);
        }
        let folders = self.folders.clone();
        blocking(move || match File::open(&path) {
            Ok(file) => Blob::new(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(folders.missing()),
            Err(error) => Err(error.into()),
        })
        .await
    }

    /// Whether there is an object.
    pub async fn exists(&self, key: &BlobKey) -> Result<bool> {
        match self.open_blob(key).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Where the bytes of an object lie, for decoders that read files.
    pub fn path(&self, key: &BlobKey) -> PathBuf {
        self.folders.path(key)
    }

    /// Deletes an object; one that isn't there is deleted already. A power cut in the seconds after it may bring the
    /// object back.
    pub async fn delete(&self, key: &BlobKey) -> Result<()> {
        let (path, folders) = (self.folders.path(key), self.folders.clone());
        blocking(move || match fs::remove_file(&path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            Err(_) => match folders.missing() {
                Error::NotFound => Ok(()),
                gone => Err(gone),
            },
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
        let folders = self.folders.clone();
        blocking(move || Ok(fs::metadata(&folders.objects).map(|_| ())?)).await?;
        let mut staged = self.stage();
        staged.write(b"."[..].into()).await?;
        staged.seal().await
    }
}

/// Opens a file if that takes no disk; `None` if it might, or if it fails.
pub(crate) fn open_cached(path: &Path) -> Option<File> {
    let (flags, how) = (OFlags::RDONLY | OFlags::CLOEXEC, ResolveFlags::CACHED);
    rustix::fs::openat2(CWD, path, flags, Mode::empty(), how).ok().map(File::from)
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
