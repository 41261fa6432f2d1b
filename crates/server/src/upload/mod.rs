//! Where bytes come in.

mod put;

use axum::http::Method;
use axum::routing::{options, put};
use contract::errors::Code;

use crate::cors::preflight;
use crate::routes::Route;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route {
        name: "upload",
        summary: "Sends the bytes of one file. The URL comes from generateFileUploadUrl and is good for one file.",
        verbs: &[Method::PUT, Method::OPTIONS],
        path: "/upload/{token}",
        takes_bytes: true,
        query: &[("filename", false)],
        replies: &[(200, "`{file}`: the whole descriptor."), (204, "The answer to a preflight.")],
        errors: &[
            Code::ZeroFileSize,
            Code::FileSizeMismatch,
            Code::FileSizeOverLimit,
            Code::MismatchMimeType,
            Code::UnsupportedFileFormat,
            Code::SiteQuotaExceeded,
            Code::ResourceNotFound,
            Code::UploadInterrupted,
            Code::UploadTokenInvalid,
            Code::UploadTokenExpired,
            Code::UploadInProgress,
            Code::UploadAlreadyDone,
            Code::StorageFull,
            Code::Unavailable,
            Code::Internal,
        ],
        route: put(put::receive).merge(options(|| async { preflight("PUT, OPTIONS") })),
    }]
}
