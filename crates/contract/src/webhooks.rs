//! Requests and replies of this server's own API for webhooks; the published API has none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::events::EventKind;
use crate::validate::web_url;
use crate::values::{Timestamp, flag};

/// `POST /v1/webhooks`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
pub struct AddWebhookRequest {
    /// Where events are sent.
    #[validate(required, length(max = 2048), custom(function = web_url))]
    pub url: Option<String>,
    /// Which ones.
    #[validate(required, length(min = 1, max = 7))]
    pub events: Option<Vec<EventKind>>,
}

/// A new webhook.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddWebhookReply {
    /// Names it from now on.
    pub webhook_id: String,
    /// Messages are signed with the private half of it; PEM.
    pub public_key: String,
}

/// `GET /v1/webhooks`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct ListWebhooksRequest {}

/// The webhooks of a site.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ListWebhooksReply {
    /// The oldest first.
    pub webhooks: Vec<Webhook>,
}

/// A receiver of events.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// Names it.
    pub webhook_id: String,
    /// The site whose events it receives.
    pub site_id: String,
    /// Where events are sent.
    pub url: String,
    /// Which ones.
    pub events: Vec<String>,
    /// When it was added.
    pub created_date: Timestamp,
    /// Whether it is on.
    pub enabled: bool,
    /// Since when no attempt has succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Why it was switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The key that signs now; PEM.
    pub public_key: String,
    /// The key that will sign once it is activated; PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_public_key: Option<String>,
}

/// Calls that are about one webhook.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct WebhookRequest {
    /// Which one.
    #[validate(required, length(min = 1, max = 100))]
    pub webhook_id: Option<String>,
}

/// `POST /v1/webhooks/{webhookId}/keys`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct RotateKeyRequest {
    /// Which webhook.
    #[validate(required, length(min = 1, max = 100))]
    pub webhook_id: Option<String>,
    /// Lets the key that was made before sign from now on, instead of making one.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub activate: Option<bool>,
}

/// A key of a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyReply {
    /// The `kid` in the header of messages signed with it.
    pub key_id: String,
    /// Its public half; PEM.
    pub public_key: String,
    /// Whether it signs.
    pub active: bool,
}

/// `GET /v1/webhooks/{webhookId}/deliveries`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct ListDeliveriesRequest {
    /// Of which webhook.
    #[validate(required, length(min = 1, max = 100))]
    pub webhook_id: Option<String>,
    /// 1 to 100; 50 when absent.
    #[serde(default, deserialize_with = "crate::values::integer")]
    #[schemars(with = "Option<i64>")]
    #[validate(range(min = 1, max = 100))]
    pub limit: Option<i64>,
    /// `next` of the page before.
    #[validate(length(max = 30))]
    pub cursor: Option<String>,
}

/// What was sent to a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ListDeliveriesReply {
    /// Those of the latest events first.
    pub deliveries: Vec<Delivery>,
    /// The cursor of the next page; empty on the last one.
    pub next: String,
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveryState {
    /// Waits, or is under way.
    Waiting,
    /// Arrived.
    Delivered,
    /// Was tried for too long.
    GivenUp,
}

/// An event on its way to a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Names it.
    pub delivery_id: String,
    /// Kind of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Id of the event: the same in every message about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// The file or folder that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<String>,
    /// How far it has come.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// Status of the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// What went wrong the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt: Option<Timestamp>,
    /// When it arrived or was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_date: Option<Timestamp>,
}

/// `POST /v1/webhooks/{webhookId}/replay`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct ReplayRequest {
    /// Of which webhook.
    #[validate(required, length(min = 1, max = 100))]
    pub webhook_id: Option<String>,
    /// This delivery; when absent, all that were given up, and whatever happened while the webhook was switched off.
    #[validate(length(max = 30))]
    pub delivery_id: Option<String>,
}

/// What is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReplayReply {
    /// How many deliveries.
    pub replayed: u64,
}
