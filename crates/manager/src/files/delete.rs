//! bulkDeleteFiles and bulkRestoreFilesFromTrashBin.

use catalog::Tx;
use catalog::files::{self, FileRecord};
use catalog::jobs::Lane;
use contract::files::{BulkDeleteFilesRequest, BulkRestoreFilesRequest, EmptyReply};

use super::get::resolve_all;
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::error::{Result, no_such_file};
use crate::events::{Happened, tell};
use crate::jobs::enqueue;

/// Moves files to the trash, or deletes them for good. Files that are in the trash already are no error.
pub async fn delete(manager: Manager, caller: Caller, request: BulkDeleteFilesRequest) -> Result<EmptyReply> {
    let (site, now, by) = (caller.site, manager.now(), Actor::from(&caller));
    let reach = caller.reach;
    let permanent = request.permanent.unwrap_or(false);
    let ids = request.file_ids.unwrap_or_default();
    let deleted = manager.catalog().write(move |tx| {
        for (_, file) in once_each(resolve_all(tx, &reach, &ids)?) {
            if permanent {
                bury(tx, &file, Some(&by), now)?;
            } else if let Some(file) = files::trash(tx, &file, now)? {
                let happened = Happened::FileDeleted { file: Box::new(file), to_trash: true };
                tell(tx, site, happened, Some(&by), now)?;
            }
        }
        Ok::<_, crate::Error>(())
    });
    deleted.await?;
    if permanent {
        manager.catalog().wake_workers(Lane::Work);
    }
    Ok(EmptyReply {})
}

/// Puts files back where they were. Files that aren't in the trash are no error; one that would come back where the
/// caller has no right isn't found.
pub async fn restore(
    manager: Manager,
    caller: Caller,
    request: BulkRestoreFilesRequest,
) -> Result<EmptyReply> {
    let (site, now, by) = (caller.site, manager.now(), Actor::from(&caller));
    let (reach, ids) = (caller.reach, request.file_ids.unwrap_or_default());
    let restored = manager.catalog().write(move |tx| {
        for (index, file) in once_each(resolve_all(tx, &reach, &ids)?) {
            if let Some(file) = files::restore(tx, &file)? {
                if !reach.holds_file(tx, &file)? {
                    return Err(no_such_file(&format!("fileIds[{index}]"), &ids[index]));
                }
                let happened =
                    Happened::FileReady { file: Box::new(file), external_info: None, restored: true };
                tell(tx, site, happened, Some(&by), now)?;
            }
        }
        Ok::<_, crate::Error>(())
    });
    restored.await?;
    Ok(EmptyReply {})
}

/// Deletes a file for good: nothing finds it any more, and a job removes its bytes.
pub(crate) fn bury(tx: &Tx<'_>, file: &FileRecord, by: Option<&Actor>, now: i64) -> Result<()> {
    let buried = files::bury(tx, file)?;
    let told = FileRecord { revision: file.revision + 1, ..file.clone() };
    tell(tx, file.site, Happened::FileDeleted { file: Box::new(told), to_trash: false }, by, now)?;
    enqueue(tx, &buried.into(), now)
}

/// A list may name a file twice; what is done to it is done once. With the places in the list.
fn once_each(files: Vec<FileRecord>) -> Vec<(usize, FileRecord)> {
    let mut files: Vec<_> = files.into_iter().enumerate().collect();
    files.sort_by_key(|(_, file)| file.num);
    files.dedup_by_key(|(_, file)| file.num);
    files
}
