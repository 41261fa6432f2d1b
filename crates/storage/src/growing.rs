//! An object that arrives in pieces, over hours and restarts.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use crate::error::{Error, Result};
use crate::folders::{Folders, sync_folder};
use crate::key::BlobKey;
use crate::stage::{HEAD, Staged, Writer};
use crate::store::blocking;

/// Bytes read at once when an object is hashed or joined.
const CHUNK: usize = 512 * 1024;

/// An object that grows until it is [taken](Growing::take) as a staged one. It stays when this is dropped, under a name
/// that finds it again.
///
/// How much of it is durable is the caller's to remember: what [`Growing::sync`] returned last. Whatever lies behind that
/// is cut off by the next [`Store::grow`](crate::Store::grow).
#[derive(Debug)]
pub struct Growing {
    folders: Arc<Folders>,
    path: PathBuf,
    /// Away while a thread works with it, and lost when that failed.
    file: Option<File>,
    length: u64,
}

impl Growing {
    pub(crate) async fn open(folders: Arc<Folders>, name: &str, durable: u64) -> Result<Growing> {
        let path = path(&folders, name)?;
        let at = path.clone();
        let growing = folders.growing.clone();
        let file = blocking(move || {
            let begins = durable == 0;
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(begins)
                .truncate(begins)
                .open(&at)
                .map_err(absent)?;
            if file.metadata()?.len() < durable {
                // To go on would leave a hole in it.
                return Err(Error::NotFound);
            }
            file.set_len(durable)?;
            file.seek(SeekFrom::Start(durable))?;
            if begins {
                sync_folder(&growing).map_err(Error::not_synced)?;
            }
            Ok(file)
        })
        .await?;
        Ok(Growing { folders, path, file: Some(file), length: durable })
    }

    /// Bytes so far, durable or not.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Appends bytes. After an error, what is behind the last sync is lost.
    pub async fn append(&mut self, bytes: Bytes) -> Result<()> {
        let length = bytes.len() as u64;
        self.with(move |file| Ok(file.write_all(&bytes)?)).await?;
        self.length += length;
        Ok(())
    }

    /// Takes back what was appended after `length`.
    pub async fn cut(&mut self, length: u64) -> Result<()> {
        self.with(move |file| {
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))?;
            Ok(())
        })
        .await?;
        self.length = length;
        Ok(())
    }

    /// Puts all bytes on the disk; how many there are.
    pub async fn sync(&mut self) -> Result<u64> {
        self.with(|file| file.sync_data().map_err(Error::not_synced)).await?;
        Ok(self.length)
    }

    /// Appends the first `length` bytes of another one.
    pub async fn join(&mut self, name: &str, length: u64) -> Result<()> {
        let other = path(&self.folders, name)?;
        self.with(move |file| {
            let part = File::open(&other).map_err(absent)?;
            match io::copy(&mut part.take(length), file)? {
                copied if copied == length => Ok(()),
                _ => Err(Error::NotFound),
            }
        })
        .await?;
        self.length += length;
        Ok(())
    }

    /// Turns it into a staged object whose bytes are on the disk: hashed, ready to be looked at and committed. It has no
    /// name any more then; dropped uncommitted, it is gone.
    pub async fn take(mut self) -> Result<Staged> {
        let (path, folders) = (self.path.clone(), self.folders.clone());
        let (writer, head) = self
            .with(move |file| {
                file.sync_data().map_err(Error::not_synced)?;
                file.seek(SeekFrom::Start(0))?;
                let mut writer = Writer::of(file.try_clone()?, path);
                let mut head = Vec::with_capacity(HEAD);
                let mut chunk = vec![0; CHUNK];
                loop {
                    let read = file.read(&mut chunk)?;
                    if read == 0 {
                        return Ok((writer, head));
                    }
                    let missing = HEAD.saturating_sub(head.len()).min(read);
                    head.extend_from_slice(&chunk[..missing]);
                    writer.hash(&chunk[..read]);
                }
            })
            .await?;
        Ok(Staged::sealed(folders, writer, &head))
    }

    async fn with<T, F>(&mut self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut File) -> Result<T> + Send + 'static,
    {
        let Some(mut file) = self.file.take() else {
            return Err(Error::Io(io::Error::other("the object failed before")));
        };
        let (file, done) = blocking(move || {
            let done = work(&mut file)?;
            Ok((file, done))
        })
        .await?;
        self.file = Some(file);
        Ok(done)
    }
}

/// Moves an object back among those that grow.
pub(crate) async fn put_back(folders: &Folders, key: &BlobKey, name: &str) -> Result<()> {
    let (from, to, growing) = (folders.path(key), path(folders, name)?, folders.growing.clone());
    blocking(move || {
        fs::rename(&from, &to).map_err(absent)?;
        sync_folder(&growing).map_err(Error::not_synced)
    })
    .await
}

/// Removes what has grown under this name; what isn't there is removed already.
pub(crate) async fn remove(folders: &Folders, name: &str) -> Result<()> {
    let path = path(folders, name)?;
    blocking(move || match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    })
    .await
}

fn absent(error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound { Error::NotFound } else { error.into() }
}

/// Names are made by the caller's program, never by its users; still, none leads out of the folder.
fn path(folders: &Folders, name: &str) -> Result<PathBuf> {
    match !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        true => Ok(folders.growing.join(name)),
        false => Err(Error::NotFound),
    }
}
