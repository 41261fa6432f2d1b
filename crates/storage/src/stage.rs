//! An object on its way in.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use rustix::fs::{Advice, CWD, RenameFlags, fadvise};
use rustix::io::Errno;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::folders::{Folders, sync_folder};
use crate::key::BlobKey;
use crate::store::blocking;

/// Bytes gathered before they are hashed and written, and at most as many again while that goes on.
const BUFFER: usize = 512 * 1024;
/// Bytes after which an object is too large to be held in memory until the end of it.
pub(crate) const LARGE: u64 = 8 * 1024 * 1024;
/// The first bytes that are kept for a look at what they are.
pub(crate) const HEAD: usize = 64 * 1024;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    /// Bytes.
    pub length: u64,
    /// BLAKE3 of them.
    pub blake3: [u8; 32],
    /// CRC-32 of them, as zips need it.
    pub crc32: u32,
}

/// An object that nobody sees yet. Dropped before [`Staged::commit`], it leaves nothing behind.
///
/// Memory doesn't grow with the object: at most two buffers of half a megabyte. While one is hashed and written on a
/// thread that may block, the other one fills.
#[derive(Debug)]
pub struct Staged {
    folders: Arc<Folders>,
    buffer: BytesMut,
    head: BytesMut,
    length: u64,
    state: State,
    writing: Option<tokio::task::JoinHandle<Result<Writer>>>,
}

#[derive(Debug)]
enum State {
    /// Nothing was written out yet.
    Empty,
    /// The writer is at work, or failed there.
    Away,
    /// Everything is on the disk.
    Sealed(Box<Writer>),
}

/// The file and its running checksums. Removes the file when it is dropped uncommitted.
#[derive(Debug)]
pub(crate) struct Writer {
    file: File,
    path: PathBuf,
    sums: Sums,
    kept: bool,
}

/// Running checksums of an object from its first byte on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sums {
    blake3: blake3::Hasher,
    crc32: crc32fast::Hasher,
    length: u64,
}

impl Sums {
    pub(crate) fn update(&mut self, chunk: &[u8]) {
        self.blake3.update(chunk);
        self.crc32.update(chunk);
        self.length += chunk.len() as u64;
    }
}

impl Staged {
    pub(crate) fn new(folders: Arc<Folders>) -> Staged {
        Staged {
            folders,
            buffer: BytesMut::new(),
            head: BytesMut::new(),
            length: 0,
            state: State::Empty,
            writing: None,
        }
    }

    /// An object whose bytes are on the disk already.
    pub(crate) fn sealed(folders: Arc<Folders>, writer: Writer, head: &[u8]) -> Staged {
        let mut staged = Staged::new(folders);
        (staged.length, staged.head) = (writer.sums.length, head.into());
        staged.state = State::Sealed(Box::new(writer));
        staged
    }

    /// Appends bytes.
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        if matches!(self.state, State::Sealed(_)) {
            return Err(Error::Io(io::Error::other("a sealed object can't be written to")));
        }
        self.length += bytes.len() as u64;
        let missing = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.buffer.extend_from_slice(&bytes);
        if self.buffer.len() >= BUFFER { self.flush(false).await } else { Ok(()) }
    }

    /// Bytes so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The first bytes, up to 64 KiB.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Puts all bytes on the disk, under no name yet. Nothing may be written after that. To seal twice changes nothing.
    pub async fn seal(&mut self) -> Result<()> {
        if matches!(self.state, State::Sealed(_)) {
            return Ok(());
        }
        self.flush(true).await?;
        let writer = self.wait().await?;
        self.state = State::Sealed(writer);
        Ok(())
    }

    /// Where the sealed bytes can be read; `None` before [`Staged::seal`].
    pub fn path(&self) -> Option<&Path> {
        match &self.state {
            State::Sealed(writer) => Some(&writer.path),
            _ => None,
        }
    }

    /// Length and checksums of the sealed bytes; `None` before [`Staged::seal`].
    pub fn digest(&self) -> Option<Digest> {
        match &self.state {
            State::Sealed(writer) => Some(writer.digest()),
            _ => None,
        }
    }

    /// Gives the object its name. When this returns, it is there to stay, whatever befalls the machine. A caller that
    /// stops waiting doesn't stop the commit.
    pub async fn commit(mut self, key: &BlobKey) -> Result<Digest> {
        self.seal().await?;
        let State::Sealed(mut writer) = std::mem::replace(&mut self.state, State::Away) else {
            return Err(Error::Io(io::Error::other("the object was not sealed")));
        };
        let (target, folders) = (self.folders.path(key), self.folders.clone());
        blocking(move || {
            writer.publish(&target, &folders)?;
            Ok(writer.digest())
        })
        .await
    }

    /// Hands the buffer to the writer, and waits only for the buffer before it.
    async fn flush(&mut self, last: bool) -> Result<()> {
        let writer = match std::mem::replace(&mut self.state, State::Away) {
            State::Empty => None,
            State::Away => Some(self.wait().await?),
            sealed @ State::Sealed(_) => {
                self.state = sealed;
                return Ok(());
            }
        };
        let chunk =
            std::mem::replace(&mut self.buffer, BytesMut::with_capacity(if last { 0 } else { BUFFER }));
        let staging = self.folders.staging.clone();
        self.writing = Some(tokio::task::spawn_blocking(move || {
            let mut writer = match writer {
                Some(writer) => *writer,
                None => Writer::create(&staging)?,
            };
            writer.append(&chunk)?;
            if last {
                // After a failed sync nobody knows what is on the disk: this object is lost, and never tried again.
                writer.file.sync_data().map_err(Error::not_synced)?;
            } else {
                writer.write_back(chunk.len());
            }
            Ok(writer)
        }));
        Ok(())
    }

    async fn wait(&mut self) -> Result<Box<Writer>> {
        let Some(writing) = self.writing.take() else {
            return Err(Error::Io(io::Error::other("writing failed before")));
        };
        Ok(Box::new(writing.await.map_err(|error| Error::Io(io::Error::other(error)))??))
    }
}

impl Writer {
    fn create(staging: &Path) -> io::Result<Writer> {
        let path = staging.join(Uuid::new_v4().simple().to_string());
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        Ok(Writer::of(file, path, Sums::default()))
    }

    /// A writer of a file that holds what these are the checksums of.
    pub(crate) fn of(file: File, path: PathBuf, sums: Sums) -> Writer {
        Writer { file, path, sums, kept: false }
    }

    fn append(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.sums.update(chunk);
        self.file.write_all(chunk)
    }

    fn write_back(&self, length: usize) {
        if self.sums.length > LARGE {
            write_back(&self.file, self.sums.length - length as u64, length);
        }
    }

    fn digest(&self) -> Digest {
        Digest {
            length: self.sums.length,
            blake3: *self.sums.blake3.finalize().as_bytes(),
            crc32: self.sums.crc32.clone().finalize(),
        }
    }

    /// Moves the file to `target`, never over another one, and syncs the folder that lists it now.
    fn publish(&mut self, target: &Path, folders: &Folders) -> Result<()> {
        let folder = target.parent().unwrap_or(target);
        folders.make_durable(folder)?;
        let mut placed = self.place(target);
        if matches!(&placed, Err(error) if error.kind() == io::ErrorKind::NotFound) {
            // Somebody tidied up empty folders: what is remembered of them isn't true any more.
            folders.forget();
            folders.make_durable(folder)?;
            placed = self.place(target);
        }
        placed.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::AlreadyExists,
            _ => error.into(),
        })?;
        sync_folder(folder).map_err(Error::not_synced)?;
        self.kept = true;
        Ok(())
    }

    fn place(&mut self, target: &Path) -> io::Result<()> {
        match rustix::fs::renameat_with(CWD, &self.path, CWD, target, RenameFlags::NOREPLACE) {
            Ok(()) => {}
            // Some file systems can't rename like that; a link never replaces anything either.
            Err(Errno::INVAL | Errno::NOSYS) => {
                fs::hard_link(&self.path, target)?;
                // What can't be removed now, the sweeper finds.
                let _ = fs::remove_file(&self.path);
            }
            Err(error) => return Err(error.into()),
        }
        // From here on the file lies there; should its folder not be synced, it goes with us.
        self.path = target.to_owned();
        Ok(())
    }
}

/// Has the disk begin with bytes that were just appended to a large object: so the sync at its end is short, and doesn't
/// hold up those of small neighbours. The advice says more than is meant, but this is what Linux does on it; pages that
/// are still being written stay in memory.
pub(crate) fn write_back(file: &File, start: u64, length: usize) {
    // Only advice: errors of writing come up at the sync.
    let _ = fadvise(file, start, NonZeroU64::new(length as u64), Advice::DontNeed);
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.kept {
            // What can't be removed now, the sweeper finds.
            let _ = fs::remove_file(&self.path);
        }
    }
}
