//! Requests and replies of the Communication Channels Media API (CONTRACT 3).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use validator::Validate;

use crate::validate::web_url;
use crate::values::Int64;

/// `POST /v1/download-url`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct DownloadUrlRequest {
    /// An id or a `wix:` URL.
    #[validate(required, length(min = 1, max = 400))]
    pub file_id: Option<String>,
    /// What the saved file is called; its own name when absent.
    #[validate(length(max = 100))]
    pub download_file_name: Option<String>,
}

/// A link to the bytes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DownloadUrlReply {
    /// Good for ten hours.
    pub download_url: String,
}

/// `POST /v1/upload-url`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct UploadUrlRequest {
    /// `application/octet-stream` lets name and content decide.
    #[validate(required, length(min = 1, max = 100))]
    pub mime_type: Option<String>,
    /// With it, `?filename=` isn't needed in the upload.
    #[validate(length(max = 200))]
    pub file_name: Option<String>,
}

/// Where to `PUT` the bytes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadUrlReply {
    /// Good for one file, for ten hours.
    pub upload_url: String,
}

/// `POST /v1/import-file`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct ImportFileRequest {
    /// Where to fetch the file.
    #[validate(required, length(min = 2, max = 4096), custom(function = web_url))]
    pub url: Option<String>,
    /// `application/octet-stream` lets name and content decide.
    #[validate(required, length(min = 1, max = 100))]
    pub mime_type: Option<String>,
    /// Cut to 255 characters.
    #[validate(length(max = 200))]
    pub display_name: Option<String>,
    /// Added to the URL when it is fetched.
    pub url_params: Option<Map<String, Value>>,
    /// Sent when the URL is fetched.
    pub url_headers: Option<Map<String, Value>>,
}

/// The accepted file, which is still on its way.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportFileReply {
    /// Its id.
    pub file_id: String,
    /// Its name.
    pub display_name: String,
    /// Where it will be served.
    pub url: String,
    /// `-1` until known.
    pub size_in_bytes: Int64,
}

/// `GET /v1/storage-quota`.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema, Validate)]
pub struct StorageQuotaRequest {}

/// How much room there is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StorageQuotaReply {
    /// Bytes that the site may hold; without a quota, those that it holds and those that the disk has left.
    pub total_quota: Int64,
    /// Bytes of the site's files, live and trashed.
    pub total_usage: Int64,
}
