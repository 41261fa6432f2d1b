//! bulkDeleteFiles (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::files;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "bulkDeleteFiles",
    summary: "Moves up to 1000 files to the trash, or deletes them for good.",
    method: Method::BulkDeleteFiles,
    errors: &[Code::ResourceNotFound],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/bulk/files/delete", ABOUT, files::delete)]
}
