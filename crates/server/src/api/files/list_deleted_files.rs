//! listDeletedFiles (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::files;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listDeletedFiles",
    summary: "Lists the files in the trash.",
    method: Method::ListDeletedFiles,
    errors: &[
        Code::UnsupportedMediaType,
        Code::UnsupportedSortValue,
        Code::InvalidCursor,
        Code::ResourceNotFound,
    ],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::GET, "/v1/trash-bin/files", ABOUT, files::list_deleted)]
}
