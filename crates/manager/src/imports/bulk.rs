//! bulkImportFile and bulkImportFiles: each item is accepted or refused for itself.

use contract::descriptor::FileDescriptor;
use contract::errors::Code;
use contract::files::{
    BulkActionMetadata, BulkImportFileReply, BulkImportFileRequest, BulkImportFileResult,
    BulkImportFilesReply, BulkImportFilesRequest, ImportItem, ItemMetadata,
};
use futures::future::join_all;
use tokio::time::Instant;

use super::accept::{ASKING, Wanted, accept};
use crate::Manager;
use crate::access::Caller;
use crate::error::{Result, invalid};

/// Accepts imports, and says of each what became of it.
pub async fn import_bulk(
    manager: Manager,
    caller: Caller,
    request: BulkImportFileRequest,
) -> Result<BulkImportFileReply> {
    let whole = request.return_entity.unwrap_or(true);
    let accepted = accept_all(&manager, &caller, request.import_file_requests.unwrap_or_default()).await;
    let results: Vec<_> = (0..).zip(accepted).map(|(index, outcome)| result(index, outcome, whole)).collect();
    let bulk_action_metadata = BulkActionMetadata::of(results.iter().map(|result| &result.item_metadata));
    Ok(BulkImportFileReply { results, bulk_action_metadata })
}

/// The older form, whose reply has no place for failures: it lists the files that were accepted.
pub async fn import_bulk_older(
    manager: Manager,
    caller: Caller,
    request: BulkImportFilesRequest,
) -> Result<BulkImportFilesReply> {
    let accepted = accept_all(&manager, &caller, request.import_file_requests.unwrap_or_default()).await;
    Ok(BulkImportFilesReply { files: accepted.into_iter().filter_map(Result::ok).collect() })
}

async fn accept_all(
    manager: &Manager,
    caller: &Caller,
    requests: Vec<ImportItem>,
) -> Vec<Result<FileDescriptor>> {
    let deadline = Instant::now() + ASKING;
    let each = |item: ImportItem| async move {
        let request = item.read().map_err(|wrong| invalid(Code::InvalidValue, "", wrong))?;
        accept(manager, caller, Wanted::of(request)?, deadline).await
    };
    join_all(requests.into_iter().map(each)).await
}

fn result(original_index: u32, outcome: Result<FileDescriptor>, whole: bool) -> BulkImportFileResult {
    let (item, error) = match outcome {
        Ok(file) => (Some(file), None),
        Err(error) => (None, Some(error.in_short())),
    };
    let id = item.as_ref().map(|file| file.id.clone());
    let item_metadata = ItemMetadata { id, original_index, success: error.is_none(), error };
    BulkImportFileResult { item_metadata, item: item.filter(|_| whole) }
}
