//! setCaptions: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::captions;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "setCaptions",
    summary: "Gives a video captions in a language, from WebVTT or SubRip; those it had in that language go.",
    method: Method::UpdateFileDescriptor,
    errors: &[Code::ResourceNotFound, Code::FileHasNoStream],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::PUT, "/v1/files/{fileId}/captions/{language}", ABOUT, captions::set)
}
