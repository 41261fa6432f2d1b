//! Which files are taken: part of this server's own API, as the published one has no method for it (CONTRACT 5.6).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::enums::MediaType;
use crate::values::Int64;

/// `GET /v1/types`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct ListTypesRequest {}

/// The media types of which files are taken.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ListTypesReply {
    /// In the order of the settings.
    pub types: Vec<TakenType>,
}

/// What is taken of one media type.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TakenType {
    /// As descriptors have it; fonts are `OTHER`.
    pub media_type: MediaType,
    /// The largest file, in bytes.
    pub max_size_in_bytes: Int64,
    /// Most pixels, width times height; of images alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_pixels: Option<Int64>,
    /// The formats, at least one.
    pub formats: Vec<TakenFormat>,
}

/// A format that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TakenFormat {
    /// As `limits.refused_formats` names it.
    pub name: String,
    /// What it may be declared as; the first one is what descriptors and downloads say.
    pub mime_types: Vec<String>,
    /// Without a dot; the first one is the usual one.
    pub extensions: Vec<String>,
}
