//! queryFileDescriptors (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::files;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "queryFileDescriptors",
    summary: "Queries the site's files on all levels.",
    method: Method::QueryFileDescriptors,
    errors: &[
        Code::UnsupportedMediaType,
        Code::UnsupportedSortValue,
        Code::UnsupportedFilterValue,
        Code::InvalidCursor,
    ],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/files/query", ABOUT, files::query)]
}
