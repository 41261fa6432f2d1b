//! setFocalPoint: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::contents;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "setFocalPoint",
    summary: "Chooses the point of an image that forms of it keep in view.",
    method: Method::UpdateFileDescriptor,
    errors: &[Code::ResourceNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::PUT, "/v1/files/{fileId}/focal-point", ABOUT, contents::set_focus)
}
