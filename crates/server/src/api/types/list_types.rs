//! listTypes: no part of the published API.

use axum::http::Method as Verb;
use manager::access::Method;
use manager::types;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listTypes",
    summary: "Lists the media types and formats of which files are taken, each with its largest size.",
    method: Method::ListTypes,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/types", ABOUT, types::list)
}
