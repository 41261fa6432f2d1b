//! findSimilarFiles: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::contents;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "findSimilarFiles",
    summary: "Finds images that look like one, copies of it first.",
    method: Method::SearchFiles,
    errors: &[Code::ResourceNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/files/{fileId}/similar", ABOUT, contents::similar)
}
