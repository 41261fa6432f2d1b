//! createKey: no part of the published API.

use axum::http::Method as Verb;
use manager::access::Method;
use manager::keys;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "createKey",
    summary: "Makes an API key for the site that may do no more than its maker; the reply alone shows it.",
    method: Method::ManageKeys,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/keys", ABOUT, keys::create_as)
}
