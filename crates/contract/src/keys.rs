//! Requests and replies of this server's own API for API keys; the published API has none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::values::{Timestamp, integer};

/// `POST /v1/keys`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct CreateKeyRequest {
    /// For people.
    #[validate(required, length(min = 1, max = 255))]
    pub name: Option<String>,
    /// What it grants on the caller's site; a key can't give what it doesn't have itself.
    #[validate(required, length(min = 1, max = 20))]
    pub scopes: Option<Vec<String>>,
    /// Days until it ends; never when absent, and not after the key that makes it.
    #[serde(default, deserialize_with = "integer")]
    #[schemars(with = "Option<i64>")]
    #[validate(range(min = 1, max = 36500))]
    pub expiration_in_days: Option<i64>,
}

/// A new key.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateKeyReply {
    /// Names it.
    pub key_id: String,
    /// The key; nobody can show it again.
    pub api_key: String,
}

/// `GET /v1/keys`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct ListKeysRequest {}

/// The keys of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListKeysReply {
    /// The oldest first.
    pub keys: Vec<Key>,
}

/// Whether a key is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum KeyState {
    /// It is.
    Active,
    /// It ended.
    Expired,
    /// It was revoked.
    Revoked,
}

impl KeyState {
    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            KeyState::Active => "active",
            KeyState::Expired => "expired",
            KeyState::Revoked => "revoked",
        }
    }
}

/// A key, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// Names it.
    pub key_id: String,
    /// For people.
    pub name: String,
    /// What it grants.
    pub scopes: Vec<String>,
    /// Whether it is good.
    pub state: KeyState,
    /// When it was made.
    pub created_date: Timestamp,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<Timestamp>,
}

/// `DELETE /v1/keys/{keyId}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct RevokeKeyRequest {
    /// Which one.
    #[validate(required, length(min = 1, max = 100))]
    pub key_id: Option<String>,
}
