//! getFolder (CONTRACT 2).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::folders;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "getFolder",
    summary: "Shows one folder.",
    method: Method::GetFolder,
    errors: &[Code::FolderNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/folders/{folderId}", ABOUT, folders::get)
}
