//! getFileDescriptor (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::files;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "getFileDescriptor",
    summary: "Shows one file.",
    method: Method::GetFileDescriptor,
    errors: &[Code::ResourceNotFound],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint(Verb::GET, "/v1/files/get-file-by-id", ABOUT, files::get),
        endpoint(Verb::GET, "/v1/files/{fileId}", ABOUT, files::get),
    ]
}
