//! getFileDescriptor(s), updateFileDescriptor, bulkDeleteFiles and bulkRestoreFilesFromTrashBin.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use super::upload::each_label;
use crate::descriptor::FileDescriptor;
use crate::validate::items_up_to;
use crate::values::flag;

/// A list of ids of at most 1000 characters each.
pub(super) fn each_file_id(items: &[String]) -> Result<(), ValidationError> {
    items_up_to(items, 1000)
}

/// `GET /v1/files/get-file-by-id`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GetFileDescriptorRequest {
    /// An id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
}

/// `POST /v1/files/get-files`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GetFileDescriptorsRequest {
    /// 1 to 100 ids or media URLs.
    #[validate(required, length(min = 1, max = 100), custom(function = each_file_id))]
    pub file_ids: Option<Vec<String>>,
}

/// The files, in the order they were asked for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GetFileDescriptorsReply {
    /// At most 100.
    pub files: Vec<FileDescriptor>,
}

/// `PATCH /v1/files/update-file-descriptor`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
pub struct UpdateFileDescriptorRequest {
    /// What to change; the keys present say what.
    #[validate(required, nested)]
    pub file: Option<FileUpdate>,
}

/// The writable part of a descriptor. Whatever else a descriptor holds is ignored, so one can be sent back as read.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct FileUpdate {
    /// An id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub id: Option<String>,
    /// 1 to 255 characters.
    #[validate(length(min = 1, max = 255))]
    pub display_name: Option<String>,
    /// Moves the file.
    #[validate(length(min = 1, max = 100))]
    pub parent_folder_id: Option<String>,
    /// Replaces all labels: at most 100 of at most 200 characters.
    #[validate(length(max = 100), custom(function = each_label))]
    pub labels: Option<Vec<String>>,
}

/// `PATCH /v1/files/{fileId}`: the older form, with the fields at the top.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct UpdateFileRequest {
    /// An id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
    /// 1 to 255 characters.
    #[validate(length(min = 1, max = 255))]
    pub display_name: Option<String>,
    /// Moves the file.
    #[validate(length(min = 1, max = 100))]
    pub parent_folder_id: Option<String>,
    /// Replaces all labels: at most 500 of at most 200 characters, of which a file keeps 100.
    #[validate(length(max = 500), custom(function = each_label))]
    pub labels: Option<Vec<String>>,
}

/// `POST /v1/bulk/files/delete`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct BulkDeleteFilesRequest {
    /// 1 to 1000 ids or media URLs.
    #[validate(required, length(min = 1, max = 1000), custom(function = each_file_id))]
    pub file_ids: Option<Vec<String>>,
    /// Delete for good instead of moving to the trash.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub permanent: Option<bool>,
}

/// `POST /v1/bulk/trash-bin/files/restore`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct BulkRestoreFilesRequest {
    /// 1 to 1000 ids or media URLs.
    #[validate(required, length(min = 1, max = 1000), custom(function = each_file_id))]
    pub file_ids: Option<Vec<String>>,
}
