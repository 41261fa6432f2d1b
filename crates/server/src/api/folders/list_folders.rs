//! listFolders (CONTRACT 2).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::folders;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listFolders",
    summary: "Lists the folders right in a folder.",
    method: Method::ListFolders,
    errors: &[Code::UnsupportedSortValue, Code::InvalidCursor, Code::ResourceNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/folders", ABOUT, folders::list)
}
