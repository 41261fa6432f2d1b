//! generateFileUploadUrl and generateFileResumableUploadUrl.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::validate::items_up_to;
use crate::values::{Int64, flag};

/// Facts of the caller's own, echoed in the events of the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct ExternalInfo {
    /// Where the file comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 1000))]
    pub origin: Option<String>,
    /// The caller's own ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 30), custom(function = each_external_id))]
    pub external_ids: Option<Vec<String>>,
}

fn each_external_id(items: &[String]) -> Result<(), ValidationError> {
    items_up_to(items, 4000)
}

/// `POST /v1/files/generate-upload-url`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GenerateFileUploadUrlRequest {
    /// `application/octet-stream` lets name and content decide.
    #[validate(required, length(min = 1, max = 100))]
    pub mime_type: Option<String>,
    /// Cut to 255 characters. With it, `?filename=` isn't needed in the upload.
    #[validate(length(max = 1000))]
    pub file_name: Option<String>,
    /// When given, the body must have exactly this length.
    pub size_in_bytes: Option<Int64>,
    /// `media-root` when absent; also where `filePath` starts.
    #[validate(length(max = 100))]
    pub parent_folder_id: Option<String>,
    /// Can't be changed later.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub private: Option<bool>,
    /// At most 50 of at most 200 characters.
    #[validate(length(max = 50), custom(function = each_label))]
    pub labels: Option<Vec<String>>,
    /// Echoed in the events of the file.
    #[validate(nested)]
    pub external_info: Option<ExternalInfo>,
    /// Folders below the parent, made where they are missing: `/videos/2024/december`.
    #[validate(length(max = 100))]
    pub file_path: Option<String>,
}

/// A list of labels of at most 200 characters each.
pub(super) fn each_label(items: &[String]) -> Result<(), ValidationError> {
    items_up_to(items, 200)
}

/// Where to `PUT` the bytes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GenerateFileUploadUrlReply {
    /// Good for one file; a `?filename=` may be appended.
    pub upload_url: String,
}

/// How a resumable upload is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum UploadProtocol {
    /// TUS 1.0.0.
    #[serde(rename = "TUS")]
    Tus,
}

/// `POST /v1/files/generate-resumable-upload-url`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GenerateFileResumableUploadUrlRequest {
    /// `application/octet-stream` lets name and content decide.
    #[validate(required, length(min = 1, max = 100))]
    pub mime_type: Option<String>,
    /// Cut to 255 characters.
    #[validate(length(max = 1000))]
    pub file_name: Option<String>,
    /// Bytes.
    pub size_in_bytes: Option<Int64>,
    /// `media-root` when absent.
    #[validate(length(max = 100))]
    pub parent_folder_id: Option<String>,
    /// Can't be changed later.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub private: Option<bool>,
    /// At most 500 of at most 200 characters.
    #[validate(length(max = 500), custom(function = each_label))]
    pub labels: Option<Vec<String>>,
    /// Folders below the parent.
    #[validate(length(max = 100))]
    pub file_path: Option<String>,
    /// `TUS`.
    pub upload_protocol: Option<UploadProtocol>,
}

/// Where and with which token to upload.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GenerateFileResumableUploadUrlReply {
    /// `TUS`.
    pub upload_protocol: UploadProtocol,
    /// The TUS endpoint.
    pub upload_url: String,
    /// Goes into `Upload-Metadata`.
    pub upload_token: String,
}
