//! generateFileUploadUrl (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::uploads;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "generateFileUploadUrl",
    summary: "Makes a URL to which one file can be sent with `PUT`.",
    method: Method::GenerateFileUploadUrl,
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
    vec![endpoint(Verb::POST, "/v1/files/generate-upload-url", ABOUT, uploads::issue)]
}
