//! What is told of files and folders: noted in the transaction that makes it true, sent on from there.

mod feed;
mod message;

pub(crate) use feed::Feed;
pub(crate) use feed::tail;
pub use feed::{Subscription, Told, subscribe};
pub(crate) use message::domain_event;

use catalog::Tx;
use catalog::files::FileRecord;
use catalog::folders::Folder;
use contract::events::EventKind;
use contract::failures::Failure;
use contract::files::ExternalInfo;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Actor;
use crate::audit::note_event;
use crate::error::{Result, internal};
use crate::folders::Snapshot;

/// What happened, with what it happened to as it was afterwards. Kept as JSON in the event log, so names stay as they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum Happened {
    /// A file can be used, for the first time or again.
    FileReady {
        file: Box<FileRecord>,
        /// What the caller wants to see again.
        external_info: Option<ExternalInfo>,
        /// It came back from the trash.
        restored: bool,
    },
    /// A file can't be used.
    FileFailed { file: Box<FileRecord>, external_info: Option<ExternalInfo>, failure: Failure },
    /// Name, labels or folder of a file changed.
    FileUpdated { file: Box<FileRecord> },
    /// A file went to the trash, or is gone for good.
    FileDeleted { file: Box<FileRecord>, to_trash: bool },
    /// A folder was made, or came back from the trash.
    FolderCreated {
        folder: Snapshot,
        /// When it had gone there.
        deleted: Option<i64>,
    },
    /// Name or place of a folder changed.
    FolderUpdated { folder: Snapshot },
    /// A folder went to the trash, or is gone for good, with everything that it holds.
    FolderDeleted { folder: Snapshot, to_trash: bool },
}

impl Happened {
    /// A folder was made.
    pub(crate) fn folder_made(folder: &Folder) -> Happened {
        Happened::FolderCreated { folder: folder.into(), deleted: None }
    }

    fn kind(&self) -> EventKind {
        match self {
            Happened::FileReady { .. } => EventKind::FileReady,
            Happened::FileFailed { .. } => EventKind::FileFailed,
            Happened::FileUpdated { .. } => EventKind::FileUpdated,
            Happened::FileDeleted { .. } => EventKind::FileDeleted,
            Happened::FolderCreated { .. } => EventKind::FolderCreated,
            Happened::FolderUpdated { .. } => EventKind::FolderUpdated,
            Happened::FolderDeleted { .. } => EventKind::FolderDeleted,
        }
    }

    /// Id of the entity, and which of its events this is.
    pub(crate) fn entity(&self) -> (String, i64) {
        match self {
            Happened::FileReady { file, .. }
            | Happened::FileFailed { file, .. }
            | Happened::FileUpdated { file }
            | Happened::FileDeleted { file, .. } => (file.id.to_string(), file.revision),
            Happened::FolderCreated { folder, .. }
            | Happened::FolderUpdated { folder }
            | Happened::FolderDeleted { folder, .. } => (folder.id.clone(), folder.revision),
        }
    }
}

/// The body of an event in the log.
#[derive(Debug, Serialize, Deserialize)]
struct Noted {
    /// Nobody: the server itself, when something came to its end.
    by: Option<Actor>,
    #[serde(flatten)]
    happened: Happened,
}

/// Notes what happened on a site, and in the audit log who did it, if somebody did.
pub(crate) fn tell(tx: &Tx<'_>, site: i64, happened: Happened, by: Option<&Actor>, now: i64) -> Result<()> {
    if let Some(by) = by {
        note_event(tx, site, &happened, by, now)?;
    }
    let (entity, sequence) = happened.entity();
    let kind = happened.kind().name().to_owned();
    let body = serde_json::to_string(&Noted { by: by.cloned(), happened }).map_err(internal)?;
    let event = catalog::events::Event {
        seq: 0,
        id: Uuid::now_v7().to_string(),
        site,
        kind,
        entity,
        sequence,
        time: now,
        body,
    };
    Ok(catalog::events::append(tx, &event)?)
}
