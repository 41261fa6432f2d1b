//! listUsers: no part of the published API.

use axum::http::Method as Verb;
use manager::access::Method;
use manager::users::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listUsers",
    summary: "Lists the users who have a role on the site.",
    method: Method::ManageUsers,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/users", ABOUT, api::list)
}
