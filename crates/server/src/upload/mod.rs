//! Where bytes come in.

mod put;
mod tus;

use axum::http::Method;
use axum::routing::{any, options, put};
use contract::errors::Code;

use crate::cors::preflight;
use crate::routes::Route;

pub(crate) fn routes() -> Vec<Route> {
    let single = Route {
        name: "upload",
        summary: "Sends the bytes of one file. The URL comes from generateFileUploadUrl and is good for one file.",
        verbs: &[Method::PUT, Method::OPTIONS],
        path: "/upload/{token}",
        takes_bytes: true,
        needs_key: false,
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
            Code::ResourceExhausted,
            Code::StorageFull,
            Code::Unavailable,
            Code::Internal,
        ],
        route: put(put::receive).merge(options(|| async { preflight("PUT, OPTIONS") })),
    };
    let begun = Route {
        name: "tus",
        summary: "Begins a resumable upload (TUS 1.0.0). The token comes from generateFileResumableUploadUrl.",
        verbs: &[Method::POST, Method::OPTIONS],
        path: "/upload/tus",
        takes_bytes: true,
        needs_key: false,
        query: &[],
        replies: &[(201, "`Location` names the upload."), (204, "What this server can do.")],
        errors: &[
            Code::ZeroFileSize,
            Code::FileSizeMismatch,
            Code::FileSizeOverLimit,
            Code::SiteQuotaExceeded,
            Code::UploadTokenInvalid,
            Code::UploadTokenExpired,
            Code::UploadAlreadyDone,
            Code::UploadHeader,
            Code::UploadVersion,
            Code::ResourceExhausted,
            Code::StorageFull,
            Code::Unavailable,
            Code::Internal,
        ],
        route: any(tus::collection).options(tus::options),
    };
    let resumed = Route {
        name: "tusUpload",
        summary: "Goes on with a resumable upload by the name in its `Location`; `PUT` with its token shows its file.",
        verbs: &[Method::HEAD, Method::PATCH, Method::DELETE, Method::PUT, Method::OPTIONS],
        path: "/upload/tus/{name}",
        takes_bytes: true,
        needs_key: false,
        query: &[("filename", false)],
        replies: &[(200, "How far it is; its file, for `PUT`."), (204, "Done; what this server can do.")],
        errors: &[
            Code::ZeroFileSize,
            Code::FileSizeMismatch,
            Code::FileSizeOverLimit,
            Code::MismatchMimeType,
            Code::UnsupportedFileFormat,
            Code::SiteQuotaExceeded,
            Code::UploadInterrupted,
            Code::UploadTokenInvalid,
            Code::UploadTokenExpired,
            Code::UploadInProgress,
            Code::UploadAlreadyDone,
            Code::UploadNotFound,
            Code::UploadGone,
            Code::UploadOffsetMismatch,
            Code::UploadTooLong,
            Code::UploadIncomplete,
            Code::UploadHeader,
            Code::UploadVersion,
            Code::UploadContentType,
            Code::ChecksumMismatch,
            Code::ResourceExhausted,
            Code::StorageFull,
            Code::Unavailable,
            Code::Internal,
        ],
        route: any(tus::resource).options(tus::options),
    };
    vec![single, begun, resumed]
}
