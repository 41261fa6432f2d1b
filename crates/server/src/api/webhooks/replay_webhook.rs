//! replayWebhook: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::webhooks::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "replayWebhook",
    summary: "Sends again: one delivery, or all that were given up and whatever happened while the webhook was switched off.",
    method: Method::ManageWebhooks,
    errors: &[Code::WebhookNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/webhooks/{webhookId}/replay", ABOUT, api::replay)
}
