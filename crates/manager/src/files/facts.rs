//! What is known of a file's content, read from its row and changed there.

use catalog::Tx;
use catalog::files::{self, FileRecord, NewAsset};
use facts::Facts;
use storage::{BlobKey, Digest};

use crate::actor::Actor;
use crate::error::{Result, internal};
use crate::events::{Happened, tell};

/// What is known of a file; nothing while nobody has looked at it.
pub(crate) fn facts_of(file: &FileRecord) -> Result<Facts> {
    let read = file.facts.as_deref().map(serde_json::from_str).transpose().map_err(internal)?;
    Ok(read.unwrap_or_default())
}

/// Edits what is known of a file that can be used, and tells it.
pub(crate) fn change_facts(
    tx: &Tx<'_>,
    file: &FileRecord,
    by: Option<&Actor>,
    now: i64,
    edit: impl FnOnce(&mut Facts) -> Result<()>,
) -> Result<()> {
    let mut facts = facts_of(file)?;
    edit(&mut facts)?;
    let json = serde_json::to_string(&facts).map_err(internal)?;
    if let Some(file) = files::set_outcome(tx, file.num, file.status, Some(&json), now)? {
        tell(tx, file.site, Happened::FileUpdated { file: Box::new(file) }, by, now)?;
    }
    Ok(())
}

/// Bytes in the storage as an asset of a file.
pub(crate) fn asset(key: &str, blob: &BlobKey, mime: &str, digest: &Digest) -> NewAsset {
    NewAsset {
        key: key.to_owned(),
        blob: blob.to_string(),
        mime: mime.to_owned(),
        size: i64::try_from(digest.length).unwrap_or(i64::MAX),
        hash: digest.blake3,
        crc32: digest.crc32,
    }
}
