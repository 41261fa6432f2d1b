//! Requests and replies of this server's own API for the audit log; the published API has none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use validator::Validate;

use crate::enums::IdentityType;
use crate::files::{CursorPaging, NextCursor};
use crate::values::Timestamp;

/// `GET /v1/audit-log`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct ListAuditLogRequest {
    /// Only what was done to this: the id of a file, folder, key, user or webhook.
    #[validate(length(max = 1000))]
    pub entity_id: Option<String>,
    /// Only what was done by this caller.
    #[validate(length(max = 100))]
    pub identity_id: Option<String>,
    /// Not earlier than this instant.
    pub from: Option<Timestamp>,
    /// Earlier than this instant.
    pub until: Option<Timestamp>,
    /// Which page.
    #[validate(nested)]
    pub paging: Option<CursorPaging>,
}

/// A page of the log, the latest first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListAuditLogReply {
    /// At most 200.
    pub entries: Vec<AuditEntry>,
    /// How to go on.
    pub next_cursor: NextCursor,
}

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Names the entry; later ones have larger numbers.
    pub id: String,
    /// When.
    pub time: Timestamp,
    /// What: `file.trash` and the like.
    pub action: String,
    /// To what: the id of a file, folder, key, user or webhook.
    pub entity_id: String,
    /// Who; absent: whoever may use the command line, or, with an address, somebody whom nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<AuditIdentity>,
    /// The API key that it came by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Where it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The request that it was part of, as `x-wix-request-id` names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What else is worth knowing; depends on the action.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub detail: Map<String, Value>,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditIdentity {
    /// What kind of caller.
    pub identity_type: IdentityType,
    /// Which one.
    pub identity_id: String,
}
