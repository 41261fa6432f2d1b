//! bulkRestoreFilesFromTrashBin (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::files;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "bulkRestoreFilesFromTrashBin",
    summary: "Puts up to 1000 files back where they were.",
    method: Method::BulkRestoreFilesFromTrashBin,
    errors: &[Code::ResourceNotFound],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/bulk/trash-bin/files/restore", ABOUT, files::restore)]
}
