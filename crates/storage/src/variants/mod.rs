//! A cache on disk for files that are derived from others and can be made again: local to a node, within a budget.
//!
//! The folder is all there is: no index in memory, no database, so millions of variants cost neither. A variant lies at
//! `{shard}/{owner}/{name}`, where 4096 shards spread owners over folders of a bearable size; its modification time says
//! when it was used last, within an hour. Memory keeps how many bytes each shard holds, and nothing of its files.
//!
//! ```no_run
//! # async fn example() -> storage::Result<()> {
//! use storage::variants::{Found, VariantKey, Variants};
//! let variants = Variants::open("data/variants".into(), 10_000_000_000)?;
//! let key = VariantKey::new("4acbb8_0123~mv2.jpg", "9f86d081.webp").expect("a key");
//! match variants.find(&key).await {
//!     Found::Here(blob) => println!("{} bytes", blob.length()),
//!     // The original is opened after this: so a purge that comes meanwhile is noticed.
//!     Found::Missing(vacancy) => assert!(vacancy.fill(b"made just now"[..].into()).await?),
//! }
//! # Ok(()) }
//! ```

mod evict;
mod folder;
mod key;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::error::Result;
use crate::read::Blob;
use crate::store::{blocking, open_cached};
use evict::Evictor;
use folder::{Folder, absent};
pub use key::VariantKey;

/// How exactly the last use of a variant is known. Noting it more often would write for every read.
const NOTED: Duration = Duration::from_secs(3600);

/// A cache of variants. Clones share it.
#[derive(Debug, Clone)]
pub struct Variants {
    folder: Arc<Folder>,
    /// Wakes the thread that makes room, which ends with the last of these.
    wake: SyncSender<()>,
}

/// What [`Variants::find`] found.
#[derive(Debug)]
pub enum Found {
    /// The variant, open for reading; it stays readable when it is removed meanwhile.
    Here(Blob),
    /// No variant, but the place for one.
    Missing(Vacancy),
}

/// The place for a variant that isn't there.
#[derive(Debug)]
pub struct Vacancy {
    variants: Variants,
    key: VariantKey,
    purges: u32,
}

impl Variants {
    /// Opens a folder for at most `budget` bytes (lengths of files), making it as needed; with 0, nothing is kept. What
    /// was left half-written is removed. Blocks; meant for the start of a process, which must be the only one that uses
    /// the folder.
    ///
    /// What the folder holds is counted by a thread of its own, which stays to remove variants that weren't used for
    /// long whenever more than 95 % of the budget are taken, until 90 % are.
    pub fn open(root: PathBuf, budget: u64) -> Result<Variants> {
        let folder = Arc::new(Folder::open(root, budget)?);
        let (wake, woken) = sync_channel(1);
        let evictor = Evictor::new(folder.clone(), woken);
        std::thread::Builder::new().name("variants".to_owned()).spawn(move || evictor.run())?;
        Ok(Variants { folder, wake })
    }

    /// Looks for a variant, and notes that it is used. A cache that can't be read has none: that is logged, and no
    /// caller's problem.
    pub async fn find(&self, key: &VariantKey) -> Found {
        let purges = self.folder.purges(key);
        let path = self.folder.path(key);
        let opened = match open_cached(&path) {
            Some(file) => here(file).map(Some),
            None => blocking(move || absent(File::open(path))?.map(here).transpose()).await,
        };
        match opened {
            Ok(Some(blob)) => return Found::Here(blob),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, %key, "a variant can't be read"),
        }
        Found::Missing(Vacancy { variants: self.clone(), key: key.clone(), purges })
    }

    /// Removes all variants of `owner`. Whoever looked for one before this can't fill its place any more.
    ///
    /// To be called after the original is gone: then no variant can be made of it either by those who look later.
    pub async fn purge(&self, owner: &str) -> Result<()> {
        let Some(shard) = key::shard_of(owner) else { return Ok(()) };
        let (folder, owner) = (self.folder.clone(), owner.to_owned());
        blocking(move || Ok(folder.purge(shard, &owner)?)).await
    }

    /// Whether there is a budget for anything.
    pub fn keeps(&self) -> bool {
        self.folder.keeps()
    }

    /// Bytes that are taken, with those on their way in. Too few while a folder with variants in it is still counted.
    pub fn used(&self) -> u64 {
        self.folder.used()
    }
}

/// A variant that is used now.
fn here(file: File) -> Result<Blob> {
    let metadata = file.metadata()?;
    let blob = Blob::of(file, &metadata)?;
    let age = metadata.modified().ok().and_then(|noted| SystemTime::now().duration_since(noted).ok());
    if age.is_some_and(|age| age > NOTED) {
        let used = blob.clone();
        // Nobody waits for it; where it fails, the variant only looks less used than it is.
        tokio::task::spawn_blocking(move || used.file().set_modified(SystemTime::now()));
    }
    Ok(blob)
}

impl Vacancy {
    /// Keeps `bytes` as the variant, whole or, whatever happens, not at all; `false` where they weren't kept: the owner was
    /// purged since the place was found, or there is no room within the budget yet. Takes as long as the disk does.
    pub async fn fill(self, bytes: Bytes) -> Result<bool> {
        let Vacancy { variants, key, purges } = self;
        blocking(move || {
            let reserved = variants.folder.reserve(bytes.len() as u64);
            if variants.folder.is_crowded() {
                // It may be at it already.
                let _ = variants.wake.try_send(());
            }
            match reserved {
                Some(room) => room.fill(&key, &bytes, purges),
                None => Ok(false),
            }
        })
        .await
    }
}
