//! bulkAnnotateImages (CONTRACT 1.6).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::import::{BulkActionMetadata, ItemMetadata};
use crate::descriptor::FileDescriptor;
use crate::values::flag;

/// What can be told of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AnnotationType {
    /// Whether there is text in it, and which.
    ContainsText,
    /// Whether it moves.
    IsAnimated,
    /// Where there are faces.
    Faces,
    /// What is to be seen.
    Labels,
    /// Its colours.
    Colors,
    /// A sentence about it.
    Caption,
    /// Its colours, as newer clients ask for them.
    ColorV2,
    /// What a site would use it for; nothing here knows.
    SiteSectionCategory,
}

impl AnnotationType {
    /// Those that this server can tell, in the order of the contract.
    pub const KNOWN: [AnnotationType; 7] = [
        AnnotationType::ContainsText,
        AnnotationType::IsAnimated,
        AnnotationType::Faces,
        AnnotationType::Labels,
        AnnotationType::Colors,
        AnnotationType::Caption,
        AnnotationType::ColorV2,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            AnnotationType::ContainsText => "CONTAINS_TEXT",
            AnnotationType::IsAnimated => "IS_ANIMATED",
            AnnotationType::Faces => "FACES",
            AnnotationType::Labels => "LABELS",
            AnnotationType::Colors => "COLORS",
            AnnotationType::Caption => "CAPTION",
            AnnotationType::ColorV2 => "COLOR_V2",
            AnnotationType::SiteSectionCategory => "SITE_SECTION_CATEGORY",
        }
    }
}

/// `POST /v1/bulk/files/annotate-images`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct BulkAnnotateImagesRequest {
    /// 1 to 10 ids or media URLs. What is wrong with one of them fails that one alone.
    #[validate(required, length(min = 1, max = 10))]
    pub file_ids: Option<Vec<String>>,
    /// 1 to 10.
    #[validate(required, length(min = 1, max = 10))]
    pub annotation_types: Option<Vec<AnnotationType>>,
    /// Whether what is known already is found out anew; false when absent.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub overwrite: Option<bool>,
    /// Whether items come back whole; false when absent.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub return_entity: Option<bool>,
    /// What the caller knows of the pictures.
    #[validate(nested)]
    pub annotation_context: Option<AnnotationContext>,
}

/// What the caller knows of pictures. Accepted, and not made use of: the models here take pictures alone.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct AnnotationContext {
    /// In the caller's words.
    #[validate(length(max = 4000))]
    pub user_context: Option<String>,
}

/// What became of each picture.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkAnnotateImagesReply {
    /// In the order of the request.
    pub results: Vec<BulkAnnotateImagesResult>,
    /// The sums.
    pub bulk_action_metadata: BulkActionMetadata,
}

/// What became of one picture.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkAnnotateImagesResult {
    /// Which one, and how it went.
    pub item_metadata: ItemMetadata,
    /// The file, unless it failed or wasn't asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<FileDescriptor>,
}
