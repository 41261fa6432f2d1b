//! searchFiles (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::files;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "searchFiles",
    summary: "Searches a whole tree by any part of a name, a label or a MIME type.",
    method: Method::SearchFiles,
    errors: &[Code::UnsupportedMediaType, Code::UnsupportedSortValue, Code::InvalidCursor],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/files/search", ABOUT, files::search)]
}
