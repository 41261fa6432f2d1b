//! generateFolderDownloadUrl: a permanent link to a zip of a tree.

use catalog::folders::gather;
use contract::errors::Code;
use contract::folders::{GenerateFolderDownloadUrlReply, GenerateFolderDownloadUrlRequest};
use serde_json::json;

use super::get::resolve;
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::delivery::{archive_url, keep_archive};
use crate::error::{Error, Result, invalid};

/// Files in one zip (CONTRACT 2).
const MOST_FILES: usize = 1000;
/// Folders that are looked into for them.
const MOST_FOLDERS: usize = 10_000;

/// Makes a permanent link to the files that are in the folder and below it now, each under its path. A private file
/// among them is refused, as the link would outlive any right to it.
pub async fn link(
    manager: Manager,
    caller: Caller,
    request: GenerateFolderDownloadUrlRequest,
) -> Result<GenerateFolderDownloadUrlReply> {
    let (site, now, by) = (caller.site, manager.now(), Actor::from(&caller));
    let (reach, id) = (caller.reach, request.folder_id.unwrap_or_default());
    // Looking into thousands of folders is nothing to keep other writers waiting for.
    let gathered = manager.catalog().read(move |tx| {
        let folder = resolve(tx, &reach, &id)?;
        let found = gather(tx, &folder, MOST_FILES, MOST_FOLDERS)?.ok_or_else(|| {
            let text = format!(
                "the folder holds more than {MOST_FILES} files, or more than {MOST_FOLDERS} folders; \
                 make links for the folders in it"
            );
            invalid(Code::TooManyFiles, "folderId", text)
        })?;
        Ok::<_, Error>((folder.id, found))
    });
    let (id, found) = gathered.await?;
    let made = manager.catalog().write(move |tx| {
        note(tx, Some(site), Action::ArchiveCreate, &id, json!({ "files": found.len() }), &by, now)?;
        keep_archive(tx, site, found.clone(), |_| "folderId".to_owned(), now)
    });
    Ok(GenerateFolderDownloadUrlReply { download_url: archive_url(&manager, &made.await?) })
}
