//! bulkDeleteFolders (CONTRACT 2).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::folders;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "bulkDeleteFolders",
    summary: "Moves folders to the trash, or deletes them for good, with all that they hold.",
    method: Method::BulkDeleteFolders,
    errors: &[Code::FolderNotFound, Code::FolderIsFixed],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/bulk/folders/delete", ABOUT, folders::delete)
}
