//! What is told about files, in the transaction that makes it true.

use catalog::events::{Event, append};
use catalog::files::FileRecord;
use catalog::{Result, Tx};
use serde_json::{Value, json};
use uuid::Uuid;

/// What happened to a file.
#[derive(Debug, Clone)]
pub(crate) enum FileEvent {
    /// It can be used, for the first time or again.
    Ready {
        /// What the caller wants to see again.
        external_info: Option<Value>,
        /// It came back from the trash.
        restored: bool,
    },
    /// It can't be used.
    Failed { external_info: Option<Value>, reason: String },
    /// Name, labels or folder changed.
    Updated,
    /// It went to the trash, or is gone for good.
    Deleted { to_trash: bool },
}

/// Appends what happened to `file`, as it is afterwards.
pub(crate) fn tell(tx: &Tx<'_>, file: &FileRecord, event: FileEvent, now: i64) -> Result<()> {
    let (kind, body) = match event {
        FileEvent::Ready { external_info, restored } => {
            ("file_ready", json!({ "externalInfo": external_info, "triggeredByUndelete": restored }))
        }
        FileEvent::Failed { external_info, reason } => {
            let error = json!({ "code": "UNREADABLE_FILE", "description": reason });
            ("file_failed", json!({ "externalInfo": external_info, "error": error }))
        }
        FileEvent::Updated => ("file_updated", json!({})),
        FileEvent::Deleted { to_trash } => ("file_deleted", json!({ "movedToTrash": to_trash })),
    };
    append(
        tx,
        &Event {
            seq: 0,
            id: Uuid::now_v7().to_string(),
            site: file.site,
            kind: kind.to_owned(),
            entity: file.id.to_string(),
            sequence: file.revision,
            time: now,
            body: body.to_string(),
        },
    )
}
