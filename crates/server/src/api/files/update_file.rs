//! updateFile (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::files;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "updateFile",
    summary: "Renames, labels or moves a file, in the older form.",
    method: Method::UpdateFileDescriptor,
    errors: &[Code::ResourceNotFound, Code::FieldMaskIsEmptyOrMissing],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::PATCH, "/v1/files/{fileId}", ABOUT, files::update_flat)]
}
