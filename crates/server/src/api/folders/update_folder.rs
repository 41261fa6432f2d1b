//! updateFolder (CONTRACT 2).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::folders;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "updateFolder",
    summary: "Renames or moves a folder.",
    method: Method::UpdateFolder,
    errors: &[
        Code::FieldMaskIsEmptyOrMissing,
        Code::FolderNotFound,
        Code::FolderAlreadyExists,
        Code::FolderCycle,
        Code::FolderTooDeep,
        Code::FolderIsFixed,
        Code::ResourceNotFound,
    ],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::PATCH, "/v1/folders/{folderId}", ABOUT, folders::update)
}
