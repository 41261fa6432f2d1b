//! addUser: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::users::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "addUser",
    summary: "Gives a user a role on the site or on a folder of it, making the user where there is none with this e-mail.",
    method: Method::ManageUsers,
    errors: &[Code::UserExists, Code::FolderNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/users", ABOUT, api::add)
}
