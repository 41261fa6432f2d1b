//! createFolder (CONTRACT 2).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::folders;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "createFolder",
    summary: "Makes a folder.",
    method: Method::CreateFolder,
    errors: &[Code::FolderAlreadyExists, Code::FolderTooDeep, Code::ResourceNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/folders", ABOUT, folders::create)
}
