//! getFileDescriptor and getFileDescriptors.

use catalog::Tx;
use catalog::files::FileRecord;
use contract::files::{
    FileReply, GetFileDescriptorRequest, GetFileDescriptorsReply, GetFileDescriptorsRequest,
};
use contract::media_url::file_of;

use super::describe;
use crate::Manager;
use crate::access::{Caller, Reach};
use crate::error::{Result, no_such_file};

/// Shows one file.
pub async fn get(manager: Manager, caller: Caller, request: GetFileDescriptorRequest) -> Result<FileReply> {
    let reach = caller.reach;
    let text = request.file_id.unwrap_or_default();
    let found = manager.catalog().read(move |tx| resolve(tx, &reach, "fileId", &text)).await?;
    Ok(FileReply { file: describe(&manager, &caller.site_id, found)? })
}

/// Shows several files, in the order asked for. One that doesn't exist fails the call and is named.
pub async fn get_many(
    manager: Manager,
    caller: Caller,
    request: GetFileDescriptorsRequest,
) -> Result<GetFileDescriptorsReply> {
    let reach = caller.reach;
    let texts = request.file_ids.unwrap_or_default();
    let found = manager.catalog().read(move |tx| resolve_all(tx, &reach, &texts)).await?;
    let files =
        found.into_iter().map(|file| describe(&manager, &caller.site_id, file)).collect::<Result<_>>()?;
    Ok(GetFileDescriptorsReply { files })
}

/// The file that an id or media URL names, if it is within reach.
pub(crate) fn resolve(tx: &Tx<'_>, reach: &Reach, field: &str, text: &str) -> Result<FileRecord> {
    let found = file_of(text).map(|id| reach.file(tx, &id)).transpose()?.flatten();
    found.ok_or_else(|| no_such_file(field, text))
}

/// The files of a list, in its order; the first that doesn't exist is named by its place.
pub(crate) fn resolve_all(tx: &Tx<'_>, reach: &Reach, texts: &[String]) -> Result<Vec<FileRecord>> {
    let each = texts.iter().enumerate();
    each.map(|(index, text)| resolve(tx, reach, &format!("fileIds[{index}]"), text)).collect()
}
