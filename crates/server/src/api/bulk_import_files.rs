//! bulkImportFiles (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::imports;

use super::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "bulkImportFiles",
    summary: "Will fetch files from URLs; not built yet, and replaced by bulkImportFile in the published API.",
    method: Method::BulkImportFiles,
    errors: &[Code::NotImplemented],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/bulk/files/import", ABOUT, imports::import_bulk_older)]
}
