//! revokeFolder: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::users::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "revokeFolder",
    summary: "Takes a user's role on a folder away.",
    method: Method::ManageUsers,
    errors: &[Code::UserNotFound, Code::FolderNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::DELETE, "/v1/users/{userId}/folders/{folderId}", ABOUT, api::revoke_folder)
}
