//! Imports from a URL, which this version can't do yet: the calls exist, and say so.

use contract::errors::Code;
use contract::files::{
    BulkImportFileReply, BulkImportFileRequest, BulkImportFilesReply, BulkImportFilesRequest, FileReply,
    ImportFileRequest,
};

use crate::Manager;
use crate::access::Caller;
use crate::error::{Error, Result, refused};

fn not_yet() -> Error {
    refused(
        Code::NotImplemented,
        "imports from a URL are not built yet; send the file with generateFileUploadUrl",
    )
}

/// importFile.
pub async fn import(_: Manager, _: Caller, _: ImportFileRequest) -> Result<FileReply> {
    Err(not_yet())
}

/// bulkImportFile.
pub async fn import_bulk(_: Manager, _: Caller, _: BulkImportFileRequest) -> Result<BulkImportFileReply> {
    Err(not_yet())
}

/// bulkImportFiles.
pub async fn import_bulk_older(
    _: Manager,
    _: Caller,
    _: BulkImportFilesRequest,
) -> Result<BulkImportFilesReply> {
    Err(not_yet())
}
