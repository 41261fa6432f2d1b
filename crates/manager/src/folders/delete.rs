//! bulkDeleteFolders and bulkRestoreFoldersFromTrashBin: whole trees at once, whatever they hold.

use catalog::Tx;
use catalog::folders::{self, Folder};
use contract::files::EmptyReply;
use contract::folders::{BulkDeleteFoldersRequest, BulkRestoreFoldersRequest};

use super::get::{not_found, resolve};
use super::settle::{settle_at_once, settled};
use super::{Snapshot, changeable};
use crate::Manager;
use crate::access::{Caller, Reach};
use crate::actor::Actor;
use crate::error::Result;
use crate::events::{Happened, tell};

/// Moves folders to the trash, or deletes them for good, with all that they hold. What is in the trash already is no
/// error. All of them or none.
pub async fn delete(
    manager: Manager,
    caller: Caller,
    request: BulkDeleteFoldersRequest,
) -> Result<EmptyReply> {
    let (site, now, by) = (caller.site, manager.now(), Actor::from(&caller));
    let permanent = request.permanent.unwrap_or(false);
    let (reach, ids) = (caller.reach, request.folder_ids.unwrap_or_default());
    let deleted = manager.catalog().write(move |tx| {
        for (index, id) in outermost_first(tx, &reach, &ids)? {
            // One that lies in another of the list may be gone with it by now.
            let Some(folder) = folders::by_id(tx, site, &id)? else { continue };
            changeable(&format!("folderIds[{index}]"), &folder)?;
            if permanent {
                bury(tx, &folder, Some(&by), now)?;
            } else if let Some(folder) = folders::trash(tx, &folder, now)? {
                let happened = Happened::FolderDeleted { folder: (&folder).into(), to_trash: true };
                tell(tx, site, happened, Some(&by), now)?;
            }
        }
        settle_at_once(tx, now)
    });
    let left = deleted.await?;
    settled(&manager, left);
    Ok(EmptyReply {})
}

/// Puts folders back where they were, with all that they hold. What isn't in the trash is no error; one that would come back
/// where the caller has no right isn't found.
pub async fn restore(
    manager: Manager,
    caller: Caller,
    request: BulkRestoreFoldersRequest,
) -> Result<EmptyReply> {
    let (site, now, by) = (caller.site, manager.now(), Actor::from(&caller));
    let (reach, ids) = (caller.reach, request.folder_ids.unwrap_or_default());
    let restored = manager.catalog().write(move |tx| {
        for (_, id) in outermost_first(tx, &reach, &ids)? {
            let folder = resolve(tx, &reach, &id)?;
            if let Some(back) = folders::restore(tx, &folder)? {
                if !reach.holds_folder(tx, &back)? {
                    return Err(not_found(&id));
                }
                let happened = Happened::FolderCreated {
                    folder: (&back).into(),
                    deleted: Some(folder.trashed.unwrap_or(now)),
                };
                tell(tx, site, happened, Some(&by), now)?;
            }
        }
        settle_at_once(tx, now)
    });
    let left = restored.await?;
    settled(&manager, left);
    Ok(EmptyReply {})
}

/// Deletes a folder for good: nothing finds it or what it holds any more, and what is left of them is removed afterwards.
pub(crate) fn bury(tx: &Tx<'_>, folder: &Folder, by: Option<&Actor>, now: i64) -> Result<()> {
    folders::bury(tx, folder)?;
    let told = Snapshot { revision: folder.revision + 1, ..Snapshot::from(folder) };
    tell(tx, folder.site, Happened::FolderDeleted { folder: told, to_trash: false }, by, now)
}

/// The folders of a list, each once, those before that others may lie in; with their places in the list.
fn outermost_first(tx: &Tx<'_>, reach: &Reach, ids: &[String]) -> Result<Vec<(usize, String)>> {
    let mut found = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let depth = folders::path(tx, resolve(tx, reach, id)?.num)?.len();
        found.push((depth, index, id.clone()));
    }
    found.sort();
    let mut seen = std::collections::HashSet::new();
    found.retain(|(.., id)| seen.insert(id.clone()));
    Ok(found.into_iter().map(|(_, index, id)| (index, id)).collect())
}
