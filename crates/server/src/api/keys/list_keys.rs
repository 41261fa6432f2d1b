//! listKeys: no part of the published API.

use axum::http::Method as Verb;
use manager::access::Method;
use manager::keys;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listKeys",
    summary: "Lists the API keys of the site.",
    method: Method::ManageKeys,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/keys", ABOUT, keys::list_as)
}
