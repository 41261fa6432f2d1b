//! queryFolders (CONTRACT 2).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::folders;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "queryFolders",
    summary: "Finds folders of all levels by state.",
    method: Method::QueryFolders,
    errors: &[Code::UnsupportedFilterValue, Code::UnsupportedSortValue, Code::InvalidCursor],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/folders/query", ABOUT, folders::query)
}
