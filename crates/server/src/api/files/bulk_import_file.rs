//! bulkImportFile (CONTRACT 1.3).

use axum::http::Method as Verb;
use manager::access::Method;
use manager::imports;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "bulkImportFile",
    summary: "Fetches files from URLs. Each is accepted or refused for itself.",
    method: Method::BulkImportFile,
    errors: &[],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/bulk/files/import-v2", ABOUT, imports::import_bulk)]
}
