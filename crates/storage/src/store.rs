//! A folder of objects on a local disk.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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
    pub(crate) objects: PathBuf,
    /// Objects on their way in.
    pub(crate) staging: PathBuf,
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
        let folders = Folders { objects: folder.join("objects"), staging: folder.join("staging") };
        fs::create_dir_all(&folders.objects)?;
        fs::create_dir_all(&folders.staging)?;
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
            let file = File::open(&path)?;
            let length = file.metadata()?.len();
            Ok(Blob::new(file, length))
        })
        .await
    }

    /// Whether there is an object.
    pub async fn exists(&self, key: &BlobKey) -> Result<bool> {
        let path = self.folders.path(key);
        blocking(move || Ok(path.try_exists()?)).await
    }

    /// Where the bytes of an object lie, for decoders that read files.
    pub fn path(&self, key: &BlobKey) -> PathBuf {
        self.folders.path(key)
    }

    /// Deletes an object; one that isn't there is deleted already.
    pub async fn delete(&self, key: &BlobKey) -> Result<()> {
        let path = self.folders.path(key);
        let top = self.folders.objects.clone();
        blocking(move || {
            match fs::remove_file(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
            // Empty folders above it go too; the first one that holds something ends this.
            let above = path.ancestors().skip(1).take_while(|folder| *folder != top);
            for folder in above {
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
            Ok(())
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
    /// `site/file/asset` lies at `site/ab/file/asset`, where `ab` are digits of the file's name that differ between
    /// files made at the same time: so no folder grows without bounds.
    pub(crate) fn path(&self, key: &BlobKey) -> PathBuf {
        let mut path = self.objects.clone();
        let mut segments: Vec<&str> = key.as_str().split('/').collect();
        let last = segments.pop().unwrap_or_default();
        let shard = segments.last().map_or(0, |name| checksum(name));
        let inner = segments.pop();
        path.extend(segments);
        if let Some(inner) = inner {
            path.push(format!("{shard:02x}"));
            path.push(inner);
        }
        path.push(last);
        path
    }
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
