//! listWebhookDeliveries: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::webhooks::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listWebhookDeliveries",
    summary: "Lists what was sent to a webhook, the latest events first.",
    method: Method::ManageWebhooks,
    errors: &[Code::WebhookNotFound, Code::InvalidCursor],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/webhooks/{webhookId}/deliveries", ABOUT, api::deliveries)
}
