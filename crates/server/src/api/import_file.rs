//! importFile (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::imports;

use super::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "importFile",
    summary: "Will fetch a file from a URL; not built yet.",
    method: Method::ImportFile,
    errors: &[Code::NotImplemented],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/files/import", ABOUT, imports::import)]
}
