//! bulkImportFiles (CONTRACT 1.3).

use axum::http::Method as Verb;
use manager::access::Method;
use manager::imports;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "bulkImportFiles",
    summary: "Fetches files from URLs; the older form, which lists the files that were accepted.",
    method: Method::BulkImportFiles,
    errors: &[],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/bulk/files/import", ABOUT, imports::import_bulk_older)]
}
