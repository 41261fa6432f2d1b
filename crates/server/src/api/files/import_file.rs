//! importFile (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::imports;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "importFile",
    summary: "Fetches a file from a URL. The reply comes at once, and events tell how it went.",
    method: Method::ImportFile,
    errors: &[
        Code::MismatchMimeType,
        Code::UnsupportedFileFormat,
        Code::UnsupportedMediaType,
        Code::FileSizeOverLimit,
        Code::SiteQuotaExceeded,
        Code::ResourceNotFound,
        Code::InvalidPath,
    ],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/files/import", ABOUT, imports::import)]
}
