//! Which folder an object lies in, and that the folder is on the disk.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::key::BlobKey;

/// How many folders are remembered; a megabyte or two. To forget one costs a sync, and nothing else.
const REMEMBERED: usize = 10_000;

/// The folders of a store.
#[derive(Debug)]
pub(crate) struct Folders {
    /// Objects, by key.
    pub(crate) objects: PathBuf,
    /// Objects on their way in.
    pub(crate) staging: PathBuf,
    /// Objects that arrive in pieces, by name.
    pub(crate) growing: PathBuf,
    /// Folders below `objects` that are known to be on the disk, with every folder above them. We never remove one.
    durable: Mutex<HashSet<PathBuf>>,
}

impl Folders {
    /// Makes the folders as needed, and puts every entry that leads to them on the disk.
    pub(crate) fn open(store: &Path) -> Result<Folders> {
        let [objects, staging, growing] = ["objects", "staging", "growing"].map(|name| store.join(name));
        // Folders that were there before are not ours to sync if we may not, or can't: a read-only file system, say.
        let existing = fs::canonicalize(nearest(store)?)?;
        fs::create_dir_all(&objects)?;
        fs::create_dir_all(&staging)?;
        fs::create_dir_all(&growing)?;
        let store = fs::canonicalize(store)?;
        for folder in store.ancestors() {
            let ours = folder.starts_with(&existing);
            match sync_folder(folder) {
                Err(error) if ours => return Err(Error::not_synced(error)),
                // A start that was cut off may have made more than this one; so those above are synced if they can be.
                _ => {}
            }
        }
        Ok(Folders { objects, staging, growing, durable: Mutex::default() })
    }

    /// `site/file/asset` lies at `site/ab/file+asset`, where `ab` spreads files over 256 folders: so no folder grows
    /// too large, and a new object needs no folder of its own. No segment of a key has a plus in it, so no two keys
    /// share a path, and as all objects lie equally deep, none lies where another one needs a folder.
    pub(crate) fn path(&self, key: &BlobKey) -> PathBuf {
        let (site, rest) = key.as_str().split_once('/').unwrap_or(("+", key.as_str()));
        let spread = rest.split('/').next().unwrap_or(rest);
        let shard = crc32fast::hash(spread.as_bytes()).to_le_bytes()[0];
        self.objects.join(site).join(format!("{shard:02x}")).join(rest.replace('/', "+"))
    }

    /// Makes the folder of an object, and sees to it that the folder itself will be there after a power cut.
    pub(crate) fn make_durable(&self, folder: &Path) -> Result<()> {
        if folder == self.objects || self.known().contains(folder) {
            return Ok(());
        }
        let above = folder.parent().unwrap_or(&self.objects);
        self.make_durable(above)?;
        match fs::create_dir(folder) {
            // A neighbour may have made it and not synced it yet, so that is done here too.
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => sync_folder(above).map_err(Error::not_synced)?,
        }
        let mut known = self.known();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(folder.to_owned());
        Ok(())
    }

    /// Takes nothing for granted any more, when somebody else removed a folder.
    pub(crate) fn forget(&self) {
        self.known().clear();
    }

    /// That an object isn't there, unless the objects as a whole aren't: then the disk is missing, not the object.
    pub(crate) fn missing(&self) -> Error {
        match fs::metadata(&self.objects) {
            Ok(_) => Error::NotFound,
            Err(error) => Error::Io(error),
        }
    }

    fn known(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folder itself, or the nearest one above it that exists.
fn nearest(folder: &Path) -> io::Result<&Path> {
    for above in folder.ancestors() {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        if above.try_exists()? {
            return Ok(above);
        }
    }
    Ok(Path::new("/"))
}

/// Puts what a folder lists on the disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
