//! createFolder.

use catalog::folders;
use contract::folders::{CreateFolderRequest, FolderReply};
use uuid::Uuid;

use super::describe::describe;
use super::{live, refusal};
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::error::Result;
use crate::events::{Happened, tell};
use crate::names;

/// Makes a folder.
pub async fn create(manager: Manager, caller: Caller, request: CreateFolderRequest) -> Result<FolderReply> {
    let name = names::chosen("displayName", &request.display_name.unwrap_or_default())?;
    let (site, now, by) = (caller.site, manager.now(), Actor::from(&caller));
    let reach = caller.reach;
    let (id, parent) = (Uuid::now_v7().simple().to_string(), request.parent_folder_id);
    let made = manager.catalog().write(move |tx| {
        let parent = live(tx, &reach, "parentFolderId", parent.as_deref())?;
        let made = folders::create(tx, &parent, &id, &name, now)?;
        let made = made.map_err(|error| refusal(error, "parentFolderId", &name))?;
        tell(tx, site, Happened::folder_made(&made), Some(&by), now)?;
        Ok::<_, crate::Error>(made)
    });
    Ok(FolderReply { folder: describe(&caller.site_id, &made.await?) })
}
