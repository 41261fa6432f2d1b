//! generateFileDownloadUrl (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::delivery;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "generateFileDownloadUrl",
    summary: "Makes links to a file's assets that end after a while.",
    method: Method::GenerateFileDownloadUrl,
    errors: &[Code::ResourceNotFound, Code::InvalidAssetKey],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint(Verb::POST, "/v1/files/generate-file-download-url", ABOUT, delivery::link_file),
        endpoint(Verb::POST, "/v1/files/{fileId}/generate-download-url", ABOUT, delivery::link_file),
    ]
}
