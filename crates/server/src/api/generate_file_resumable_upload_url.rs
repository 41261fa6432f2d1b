//! generateFileResumableUploadUrl (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::uploads;

use super::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "generateFileResumableUploadUrl",
    summary: "Will make a URL for a resumable upload; not built yet.",
    method: Method::GenerateFileResumableUploadUrl,
    errors: &[Code::NotImplemented],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/files/generate-resumable-upload-url", ABOUT, uploads::issue_resumable)]
}
