//! listEntries: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::contents;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listEntries",
    summary: "Lists what is in an archive, with sizes and what is wrong with names; nothing is unpacked.",
    method: Method::GetFileDescriptor,
    errors: &[Code::ResourceNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/files/{fileId}/entries", ABOUT, contents::entries)
}
