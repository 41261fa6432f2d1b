//! getFolder.

use catalog::Tx;
use catalog::folders::{self, Folder};
use contract::errors::Code;
use contract::folders::{FolderReply, GetFolderRequest};
use contract::values::shortened;

use super::describe::describe;
use crate::Manager;
use crate::access::Caller;
use crate::error::{Result, refused};

/// Shows one folder, live or in the trash.
pub async fn get(manager: Manager, caller: Caller, request: GetFolderRequest) -> Result<FolderReply> {
    let (site, id) = (caller.site, request.folder_id.unwrap_or_default());
    let found = manager.catalog().read(move |tx| resolve(tx, site, &id)).await?;
    Ok(FolderReply { folder: describe(&caller.site_id, &found) })
}

/// The folder that an id names.
pub(super) fn resolve(tx: &Tx<'_>, site: i64, id: &str) -> Result<Folder> {
    folders::by_id(tx, site, id)?.ok_or_else(|| {
        refused(Code::FolderNotFound, format!("no folder `{}` exists on this site", shortened(id)))
    })
}
