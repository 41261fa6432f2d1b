//! removeWebhook: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::webhooks::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "removeWebhook",
    summary: "Removes a webhook.",
    method: Method::ManageWebhooks,
    errors: &[Code::WebhookNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::DELETE, "/v1/webhooks/{webhookId}", ABOUT, api::remove)
}
