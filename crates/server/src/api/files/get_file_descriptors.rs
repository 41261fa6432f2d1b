//! getFileDescriptors (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::files;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "getFileDescriptors",
    summary: "Shows up to 100 files, in the order asked for.",
    method: Method::GetFileDescriptors,
    errors: &[Code::ResourceNotFound],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/files/get-files", ABOUT, files::get_many)]
}
