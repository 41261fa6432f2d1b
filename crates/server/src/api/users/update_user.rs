//! updateUser: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::users::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "updateUser",
    summary: "Changes a user's role on the site.",
    method: Method::ManageUsers,
    errors: &[Code::UserNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::PATCH, "/v1/users/{userId}", ABOUT, api::update)
}
