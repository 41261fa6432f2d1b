//! updateFolder.

use catalog::folders::{self, Change};
use contract::errors::Code;
use contract::folders::{FolderReply, UpdateFolderRequest};

use super::describe::describe;
use super::get::resolve;
use super::settle::{settle_at_once, settled};
use super::{changeable, live, refusal};
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::error::{Result, invalid};
use crate::events::{Happened, tell};
use crate::names;

/// Renames or moves a folder; what the request doesn't name stays. A folder that is moved out of the trash is live again.
pub async fn update(manager: Manager, caller: Caller, request: UpdateFolderRequest) -> Result<FolderReply> {
    let UpdateFolderRequest { folder_id, folder, display_name, parent_folder_id } = request;
    let folder = folder.unwrap_or_default();
    let (name, parent) = (folder.display_name.or(display_name), folder.parent_folder_id.or(parent_folder_id));
    if name.is_none() && parent.is_none() {
        let text = "send displayName or parentFolderId; nothing else of a folder can be changed";
        return Err(invalid(Code::FieldMaskIsEmptyOrMissing, "folder", text));
    }
    let name = name.map(|name| names::chosen("folder.displayName", &name)).transpose()?;
    let (site, now, by) = (caller.site, manager.now(), Actor::from(&caller));
    let (reach, id) = (caller.reach, folder_id.unwrap_or_default());
    let updated = manager.catalog().write(move |tx| {
        let folder = resolve(tx, &reach, &id)?;
        // A whole folder may be sent back as it was read: naming the one it is in moves nothing.
        let target = parent.as_deref().filter(|parent| *parent != folder.parent_id);
        if folder.is_root() || target.is_some() {
            changeable("folderId", &folder)?;
        }
        let parent = target.map(|id| live(tx, &reach, "folder.parentFolderId", Some(id))).transpose()?;
        let updated = folders::update(tx, &folder, &Change { name: name.clone(), parent }, now)?;
        let called = name.as_ref().unwrap_or(&folder.name);
        let updated = updated.map_err(|error| refusal(error, "folder.parentFolderId", called))?;
        tell(tx, site, Happened::FolderUpdated { folder: (&updated).into() }, Some(&by), now)?;
        Ok::<_, crate::Error>((updated, settle_at_once(tx, now)?))
    });
    let (updated, left) = updated.await?;
    settled(&manager, left);
    Ok(FolderReply { folder: describe(&caller.site_id, &updated) })
}
