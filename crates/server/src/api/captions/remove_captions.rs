//! removeCaptions: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::captions;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "removeCaptions",
    summary: "Takes the captions in a language from a video.",
    method: Method::UpdateFileDescriptor,
    errors: &[Code::ResourceNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::DELETE, "/v1/files/{fileId}/captions/{language}", ABOUT, captions::remove)
}
