//! addWebhook: no part of the published API.

use axum::http::Method as Verb;
use manager::access::Method;
use manager::webhooks::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "addWebhook",
    summary: "Adds a webhook; the reply has the key that its messages are signed with.",
    method: Method::ManageWebhooks,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/webhooks", ABOUT, api::add)
}
