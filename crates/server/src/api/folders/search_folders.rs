//! searchFolders (CONTRACT 2).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::folders;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "searchFolders",
    summary: "Searches the folders of a whole tree by any part of their names.",
    method: Method::SearchFolders,
    errors: &[Code::UnsupportedSortValue, Code::InvalidCursor],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/folders/search", ABOUT, folders::search)
}
