//! An object that arrives in pieces, over hours and restarts.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::task::JoinHandle;

use crate::error::{Error, Result};
use crate::folders::{Folders, sync_folder};
use crate::key::BlobKey;
use crate::stage::{HEAD, LARGE, Staged, Sums, Writer, write_back};
use crate::store::blocking;

/// Bytes read at once when an object is hashed or joined.
const CHUNK: usize = 512 * 1024;

/// How long an object waits for those who still write to it, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(2);

/// The smallest buffer that is kept for the bytes to come. Slow uploads, of which there may be thousands, hold none.
const KEPT: usize = 16 * 1024;

/// An object that grows until it is [taken](Growing::take) as a staged one. It stays when this is dropped, under a name
/// that finds it again.
///
/// How much of it is durable is the caller's to remember: what [`Growing::sync`] returned last. Whatever lies behind that
/// is cut off by the next [`Store::grow`](crate::Store::grow).
#[derive(Debug)]
pub struct Growing {
    folders: Arc<Folders>,
    path: PathBuf,
    end: End,
    length: u64,
}

/// Where an object grows.
#[derive(Debug)]
enum End {
    /// Nobody is at it.
    Free(Box<Open>),
    /// A thread that may block writes what was appended last.
    Busy(JoinHandle<Result<Box<Open>>>),
    /// Something went wrong there: what is behind the last sync is lost.
    Lost,
}

/// The file of an object that grows.
#[derive(Debug)]
struct Open {
    file: File,
    length: u64,
    /// Of all that is in it; none: it was begun elsewhere, and will be read again.
    sums: Option<Sums>,
    /// The buffer that was written last, empty.
    spare: BytesMut,
}

impl Growing {
    pub(crate) async fn open(folders: Arc<Folders>, name: &str, durable: u64) -> Result<Growing> {
        let path = path(&folders, name)?;
        let growing = folders.growing.clone();
        let begins = durable == 0;
        let mut file = alone(&path, begins).await?;
        let open = blocking(move || {
            if file.metadata()?.len() < durable {
                // To go on would leave a hole in it.
                return Err(Error::NotFound);
            }
            file.set_len(durable)?;
            file.seek(SeekFrom::Start(durable))?;
            if begins {
                sync_folder(&growing).map_err(Error::not_synced)?;
            }
            Ok(Box::new(Open {
                file,
                length: durable,
                sums: begins.then(Sums::default),
                spare: BytesMut::new(),
            }))
        })
        .await?;
        Ok(Growing { folders, path, end: End::Free(open), length: durable })
    }

    /// Bytes so far, durable or not.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether the disk is still busy with what was appended last.
    pub fn is_writing(&self) -> bool {
        matches!(&self.end, End::Busy(writing) if !writing.is_finished())
    }

    /// Appends what is in `bytes`, and leaves it empty: waits for those before them, not for these. After an error, what
    /// is behind the last sync is lost.
    ///
    /// The buffer is taken, and the one before it given back: so two of them are enough for an object of any length.
    pub async fn append(&mut self, bytes: &mut BytesMut) -> Result<()> {
        let mut open = self.free().await?;
        self.length += bytes.len() as u64;
        let buffer = std::mem::replace(bytes, std::mem::take(&mut open.spare));
        self.end = End::Busy(tokio::task::spawn_blocking(move || {
            open.append(&buffer)?;
            if buffer.capacity() >= KEPT {
                open.spare = buffer;
                open.spare.clear();
            }
            Ok(open)
        }));
        Ok(())
    }

    /// Takes back what was appended after `length`.
    pub async fn cut(&mut self, length: u64) -> Result<()> {
        self.with(move |open| {
            open.file.set_len(length)?;
            open.file.seek(SeekFrom::Start(length))?;
            (open.length, open.sums) = (length, (length == 0).then(Sums::default));
            Ok(())
        })
        .await?;
        self.length = length;
        Ok(())
    }

    /// Puts all bytes on the disk; how many there are.
    pub async fn sync(&mut self) -> Result<u64> {
        self.with(|open| open.file.sync_data().map_err(Error::not_synced)).await?;
        Ok(self.length)
    }

    /// Appends the first `length` bytes of another one.
    pub async fn join(&mut self, name: &str, length: u64) -> Result<()> {
        let other = path(&self.folders, name)?;
        self.with(move |open| {
            let part = File::open(&other).map_err(absent)?;
            open.sums = None;
            match io::copy(&mut part.take(length), &mut open.file)? {
                copied if copied == length => {
                    open.length += length;
                    Ok(())
                }
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
            .with(move |open| {
                open.file.sync_data().map_err(Error::not_synced)?;
                open.file.unlock()?;
                let mut head = Vec::with_capacity(HEAD);
                open.file.seek(SeekFrom::Start(0))?;
                (&mut open.file).take(HEAD as u64).read_to_end(&mut head)?;
                let sums = match open.sums.take() {
                    Some(sums) => sums,
                    None => read_again(&mut open.file)?,
                };
                Ok((Writer::of(open.file.try_clone()?, path, sums), head))
            })
            .await?;
        Ok(Staged::sealed(folders, writer, &head))
    }

    /// The file, once nobody is at it any more. Until it is given back, the object counts as lost.
    async fn free(&mut self) -> Result<Box<Open>> {
        match std::mem::replace(&mut self.end, End::Lost) {
            End::Free(open) => Ok(open),
            End::Busy(writing) => writing.await.map_err(|error| Error::Io(io::Error::other(error)))?,
            End::Lost => Err(Error::Io(io::Error::other("the object failed before"))),
        }
    }

    async fn with<T, F>(&mut self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Open) -> Result<T> + Send + 'static,
    {
        let mut open = self.free().await?;
        let (open, done) = blocking(move || {
            let done = work(&mut open)?;
            Ok((open, done))
        })
        .await?;
        self.end = End::Free(open);
        Ok(done)
    }
}

/// Opens the file once nobody writes to it any more: what a dropped one had appended last may still be on its way, and must
/// not end up over what comes now. Waits without a thread, as all of those may be waiting to write.
async fn alone(path: &Path, begins: bool) -> Result<File> {
    let at = path.to_owned();
    let open = move || {
        OpenOptions::new().read(true).write(true).create(begins).truncate(false).open(&at).map_err(absent)
    };
    let file = blocking(open).await?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
            Err(error) => return Err(Error::Io(error.into())),
        }
    }
}

impl Open {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes)?;
        if let Some(sums) = &mut self.sums {
            sums.update(bytes);
        }
        if self.length > LARGE {
            write_back(&self.file, self.length, bytes.len());
        }
        self.length += bytes.len() as u64;
        Ok(())
    }
}

/// The checksums of a whole file.
fn read_again(file: &mut File) -> Result<Sums> {
    file.seek(SeekFrom::Start(0))?;
    let mut sums = Sums::default();
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(sums),
            read => sums.update(&chunk[..read]),
        }
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
