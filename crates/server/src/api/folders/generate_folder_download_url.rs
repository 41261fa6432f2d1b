//! generateFolderDownloadUrl (CONTRACT 2).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::folders;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "generateFolderDownloadUrl",
    summary: "Makes a permanent link to a zip of a folder and all below it.",
    method: Method::GenerateFolderDownloadUrl,
    errors: &[Code::FolderNotFound, Code::TooManyFiles, Code::PrivateFileNotAllowed],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/folders/{folderId}/generate-download-url", ABOUT, folders::link)
}
