//! listCaptions: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::captions;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listCaptions",
    summary: "Lists the captions of a video.",
    method: Method::GetFileDescriptor,
    errors: &[Code::ResourceNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/files/{fileId}/captions", ABOUT, captions::list)
}
