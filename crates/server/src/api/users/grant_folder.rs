//! grantFolder: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::users::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "grantFolder",
    summary: "Gives a user of the site a role on a folder and all that lies below it.",
    method: Method::ManageUsers,
    errors: &[Code::UserNotFound, Code::FolderNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::PUT, "/v1/users/{userId}/folders/{folderId}", ABOUT, api::grant_folder)
}
