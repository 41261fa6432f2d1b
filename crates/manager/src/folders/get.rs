//! getFolder.

use catalog::Tx;
use catalog::folders::Folder;
use contract::errors::Code;
use contract::folders::{FolderReply, GetFolderRequest};
use contract::values::shortened;

use super::describe::describe;
use crate::Manager;
use crate::access::{Caller, Reach};
use crate::error::{Error, Result, refused};

/// Shows one folder, live or in the trash.
pub async fn get(manager: Manager, caller: Caller, request: GetFolderRequest) -> Result<FolderReply> {
    let (reach, id) = (caller.reach, request.folder_id.unwrap_or_default());
    let found = manager.catalog().read(move |tx| resolve(tx, &reach, &id)).await?;
    Ok(FolderReply { folder: describe(&caller.site_id, &found) })
}

/// The folder that an id names, if it is within reach.
pub(crate) fn resolve(tx: &Tx<'_>, reach: &Reach, id: &str) -> Result<Folder> {
    reach.folder(tx, id)?.ok_or_else(|| not_found(id))
}

/// No folder within reach has this id.
pub(super) fn not_found(id: &str) -> Error {
    refused(Code::FolderNotFound, format!("no folder `{}` exists on this site", shortened(id)))
}
