//! listWebhooks: no part of the published API.

use axum::http::Method as Verb;
use manager::access::Method;
use manager::webhooks::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listWebhooks",
    summary: "Lists the webhooks of the site.",
    method: Method::ManageWebhooks,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/webhooks", ABOUT, api::list)
}
