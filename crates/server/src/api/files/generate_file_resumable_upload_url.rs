//! generateFileResumableUploadUrl (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::uploads;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "generateFileResumableUploadUrl",
    summary: "Makes a token with which one file can be sent in pieces (TUS 1.0.0).",
    method: Method::GenerateFileResumableUploadUrl,
    errors: &[
        Code::MismatchMimeType,
        Code::ZeroFileSize,
        Code::UnsupportedFileFormat,
        Code::FileSizeOverLimit,
        Code::SiteQuotaExceeded,
        Code::ResourceNotFound,
        Code::InvalidPath,
    ],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/files/generate-resumable-upload-url", ABOUT, uploads::issue_resumable)]
}
