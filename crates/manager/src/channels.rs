//! The Communication Channels Media API (CONTRACT 3): files of an inbox, which have a folder of their own.
//!
//! Whoever may only work with the inbox reaches public files, and the private ones in that folder.

use std::time::Duration;

use catalog::Tx;
use catalog::files::FileRecord;
use catalog::folders::{self, Folder};
use contract::channels::{
    DownloadUrlReply, DownloadUrlRequest, ImportFileReply, ImportFileRequest, StorageQuotaReply,
    StorageQuotaRequest, UploadUrlReply, UploadUrlRequest,
};
use contract::enums::ContentDisposition;
use contract::errors::Code;
use contract::values::Int64;
use tokio::time::Instant;

use crate::Manager;
use crate::access::{Caller, Method, decide};
use crate::actor::Actor;
use crate::delivery::{Linked, note_link, sign_link};
use crate::error::{Error, Result, internal, refused};
use crate::events::{Happened, tell};
use crate::files::resolve;
use crate::folders::Place;
use crate::imports::{Wanted, accept};
use crate::names;
use crate::uploads::issue_for_channels;

/// How long links and upload URLs of this API are good.
pub(crate) const LIFETIME: Duration = Duration::from_secs(10 * 3600);

/// The folder's id; its name may change.
pub(crate) const FOLDER_ID: &str = "communication-channels";
const FOLDER_NAME: &str = "Communication Channels";

/// The folder of these files, made when it is missing.
pub(crate) fn folder(tx: &Tx<'_>, site: i64, by: &Actor, now: i64) -> Result<Folder> {
    let (folder, made) = folders::ensure_own(tx, site, FOLDER_ID, FOLDER_NAME, now)?;
    if made {
        tell(tx, site, Happened::folder_made(&folder), Some(by), now)?;
    }
    Ok(folder)
}

/// Makes a link to a file, good for ten hours.
pub async fn link_file(
    manager: Manager,
    caller: Caller,
    request: DownloadUrlRequest,
) -> Result<DownloadUrlReply> {
    let (reach, id) = (caller.reach.clone(), request.file_id.unwrap_or_default());
    let found = manager.catalog().read(move |tx| resolve(tx, &reach, "fileId", &id)).await;
    let not_found = || refused(Code::FileNotFound, "no file with this id is within reach of the inbox");
    let file = match found {
        Ok(file) if reaches(&caller, &file) => file,
        Ok(_) | Err(Error::Invalid(_)) => return Err(not_found()),
        Err(error) => return Err(error),
    };
    let name = names::chosen_if_any("downloadFileName", request.download_file_name.as_deref())?;
    note_link(&manager, &caller, &file).await?;
    let linked = Linked {
        asset: "src",
        shown: ContentDisposition::Attachment,
        name: name.as_deref().unwrap_or(&file.name),
        redirect: None,
    };
    let expires = manager.now() + LIFETIME.as_millis() as i64;
    Ok(DownloadUrlReply { download_url: sign_link(&manager, &file, linked, expires)? })
}

fn reaches(caller: &Caller, file: &FileRecord) -> bool {
    !file.private || file.parent_id == FOLDER_ID || decide(caller, Method::GenerateFileDownloadUrl).is_ok()
}

/// Makes a URL to which one file can be sent, good for ten hours.
pub async fn issue(manager: Manager, caller: Caller, request: UploadUrlRequest) -> Result<UploadUrlReply> {
    let mime = request.mime_type.unwrap_or_default();
    let issued = issue_for_channels(&manager, caller, mime, request.file_name).await;
    Ok(UploadUrlReply { upload_url: issued.map_err(as_code)? })
}

/// Accepts an import.
pub async fn import(manager: Manager, caller: Caller, request: ImportFileRequest) -> Result<ImportFileReply> {
    let wanted = Wanted {
        url: request.url.unwrap_or_default(),
        params: request.url_params,
        headers: request.url_headers,
        mime: request.mime_type,
        media_type: None,
        name: request.display_name,
        place: Place::Channels,
        private: false,
        labels: Vec::new(),
        external_info: None,
    };
    let deadline = Instant::now() + crate::imports::ASKING;
    let file = accept(&manager, &caller, wanted, deadline).await.map_err(as_code)?;
    Ok(ImportFileReply {
        file_id: file.id,
        display_name: file.display_name,
        url: file.url,
        size_in_bytes: file.size_in_bytes,
    })
}

/// How much room the site has, and how much of it is taken.
pub async fn quota(manager: Manager, caller: Caller, _: StorageQuotaRequest) -> Result<StorageQuotaReply> {
    let site = manager.catalog().read(move |tx| catalog::sites::by_num(tx, caller.site)).await?;
    let site = site.ok_or_else(|| internal("the caller belongs to no site"))?;
    let total = match site.quota_bytes {
        Some(quota) => quota,
        None => {
            let free = manager.store().space().await?.available;
            site.used_bytes.saturating_add(i64::try_from(free).unwrap_or(i64::MAX))
        }
    };
    Ok(StorageQuotaReply { total_quota: Int64(total), total_usage: Int64(site.used_bytes) })
}

/// What other APIs say as the rule of a field, this one says as a code, one of them by another name (CONTRACT 3).
pub(crate) fn as_code(error: Error) -> Error {
    let code = match error.code() {
        Code::MismatchMimeType => Code::ChannelsMismatchMimeType,
        Code::ZeroFileSize => Code::ChannelsZeroFileSize,
        Code::UnsupportedFileFormat => Code::ChannelsUnsupportedFileFormat,
        Code::FileSizeOverLimit => Code::ChannelsFileSizeOverLimit,
        _ => return error,
    };
    match error {
        Error::Invalid(mut found) if !found.is_empty() => {
            let first = found.swap_remove(0);
            Error::Refused { code, description: first.description, data: first.data, cause: None }
        }
        error => error,
    }
}
