//! Requests and replies of this server's own API for what is in files: entries of archives, the point of an image that matters,
//! pictures that are alike, and whether pictures are annotated by themselves. The published API has none of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::descriptor::FileDescriptor;
use crate::values::{Int64, Timestamp, flag, integer};

/// `GET /v1/files/{fileId}/entries`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct ListEntriesRequest {
    /// The archive: an id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
    /// 1 to 1000; 100 when absent.
    #[serde(default, deserialize_with = "integer")]
    #[schemars(with = "Option<i64>")]
    #[validate(range(min = 1, max = 1000))]
    pub limit: Option<i64>,
    /// Where to go on: `nextCursor` of the page before.
    #[validate(length(max = 100))]
    pub cursor: Option<String>,
}

/// A page of what is in an archive, in its own order.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListEntriesReply {
    /// Files and folders.
    pub entries: Vec<ArchiveEntry>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A file or folder in an archive.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveEntry {
    /// Its path, as the archive has it. Never a path to write to unseen: see `warning`.
    pub name: String,
    /// Whether it is a folder.
    pub folder: bool,
    /// What it leads to, if it is a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Bytes once it is unpacked.
    pub size_in_bytes: Int64,
    /// Bytes in the archive, where each file has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packed_size_in_bytes: Option<Int64>,
    /// When it was last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_date: Option<Timestamp>,
    /// Whether it opens with a password alone.
    pub encrypted: bool,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// `PUT /v1/files/{fileId}/focal-point`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct SetFocalPointRequest {
    /// The image: an id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
    /// Percent of the width, from the left.
    #[validate(required, range(min = 0.0, max = 100.0))]
    pub x: Option<f32>,
    /// Percent of the height, from above.
    #[validate(required, range(min = 0.0, max = 100.0))]
    pub y: Option<f32>,
}

/// `DELETE /v1/files/{fileId}/focal-point`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct RemoveFocalPointRequest {
    /// The image: an id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
}

/// `GET /v1/files/{fileId}/similar`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct FindSimilarRequest {
    /// The image: an id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
    /// 1 to 100; 20 when absent.
    #[serde(default, deserialize_with = "integer")]
    #[schemars(with = "Option<i64>")]
    #[validate(range(min = 1, max = 100))]
    pub limit: Option<i64>,
}

/// Images that look like one, the most alike first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FindSimilarReply {
    /// Without the image itself.
    pub files: Vec<SimilarFile>,
}

/// An image that looks like another.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SimilarFile {
    /// The image.
    pub file: FileDescriptor,
    /// How much alike they are: 1 for the same, 0 for nothing in common.
    pub similarity: f32,
    /// Whether it is the same picture, in another size, format or quality.
    pub duplicate: bool,
}

/// `GET /v1/annotation-policy`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct GetAnnotationPolicyRequest {}

/// `PUT /v1/annotation-policy`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct SetAnnotationPolicyRequest {
    /// Whether images are annotated after their upload.
    #[validate(required)]
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub automatic: Option<bool>,
}

/// How a site wants its images annotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnnotationPolicyReply {
    /// Whether images are annotated after their upload.
    pub automatic: bool,
}
