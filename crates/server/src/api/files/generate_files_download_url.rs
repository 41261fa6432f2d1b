//! generateFilesDownloadUrl (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::delivery;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "generateFilesDownloadUrl",
    summary: "Makes a permanent link to a zip of up to 1000 public files.",
    method: Method::GenerateFilesDownloadUrl,
    errors: &[Code::ResourceNotFound, Code::PrivateFileNotAllowed],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/files/generate-download-url", ABOUT, delivery::link_archive)]
}
