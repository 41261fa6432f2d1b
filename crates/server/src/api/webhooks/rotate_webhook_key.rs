//! rotateWebhookKey: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::webhooks::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "rotateWebhookKey",
    summary: "Makes the key that will sign next, or lets it sign from now on (`activate`).",
    method: Method::ManageWebhooks,
    errors: &[Code::WebhookNotFound, Code::NoNextKey],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/webhooks/{webhookId}/keys", ABOUT, api::rotate)
}
