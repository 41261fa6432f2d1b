//! removeFocalPoint: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::contents;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "removeFocalPoint",
    summary: "Leaves the point of an image that matters to faces, and to what draws the eye.",
    method: Method::UpdateFileDescriptor,
    errors: &[Code::ResourceNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::DELETE, "/v1/files/{fileId}/focal-point", ABOUT, contents::remove_focus)
}
