//! listDeletedFolders (CONTRACT 2).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::folders;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listDeletedFolders",
    summary: "Lists the folders in the trash.",
    method: Method::ListDeletedFolders,
    errors: &[Code::UnsupportedSortValue, Code::InvalidCursor, Code::ResourceNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/trash-bin/folders", ABOUT, folders::list_deleted)
}
