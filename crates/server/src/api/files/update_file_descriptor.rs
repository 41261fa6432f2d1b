//! updateFileDescriptor (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::files;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "updateFileDescriptor",
    summary: "Renames, labels or moves a file.",
    method: Method::UpdateFileDescriptor,
    errors: &[Code::ResourceNotFound, Code::FieldMaskIsEmptyOrMissing],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint(Verb::PATCH, "/v1/files/update-file-descriptor", ABOUT, files::update),
        endpoint(Verb::PATCH, "/v1/files/{file.id}/update", ABOUT, files::update),
    ]
}
