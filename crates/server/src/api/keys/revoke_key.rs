//! revokeKey: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::keys;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "revokeKey",
    summary: "Revokes an API key of the site at once.",
    method: Method::ManageKeys,
    errors: &[Code::KeyNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::DELETE, "/v1/keys/{keyId}", ABOUT, keys::revoke_as)
}
