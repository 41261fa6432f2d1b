//! bulkRestoreFoldersFromTrashBin (CONTRACT 2).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::folders;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "bulkRestoreFoldersFromTrashBin",
    summary: "Puts folders back where they were.",
    method: Method::BulkRestoreFoldersFromTrashBin,
    errors: &[Code::FolderNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/bulk/trash-bin/folders/restore", ABOUT, folders::restore)
}
