//! generateFileDownloadUrl, generateFilesDownloadUrl and generateVideoStreamingUrl.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use super::organise::each_file_id;
use crate::enums::ContentDisposition;
use crate::validate::{items_up_to, web_url};
use crate::values::integer;

/// `POST /v1/files/generate-file-download-url`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GenerateFileDownloadUrlRequest {
    /// An id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
    /// What the saved file is called; the file's name when absent.
    #[validate(length(max = 100))]
    pub download_file_name: Option<String>,
    /// 600 when absent.
    #[serde(default, deserialize_with = "integer")]
    #[schemars(with = "Option<i32>")]
    #[validate(range(min = 1, max = 525_600))]
    pub expiration_in_minutes: Option<i64>,
    /// Where a link that is too old leads; a page that says so when absent.
    #[validate(length(max = 2048), custom(function = web_url))]
    pub expiration_redirect_url: Option<String>,
    /// `["src"]`, the original, when absent.
    #[validate(length(max = 100), custom(function = each_asset_key))]
    pub asset_keys: Option<Vec<String>>,
    /// `ATTACHMENT` when absent.
    pub content_disposition: Option<ContentDisposition>,
}

fn each_asset_key(items: &[String]) -> Result<(), ValidationError> {
    items_up_to(items, 100)
}

/// A link to one asset.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DownloadUrl {
    /// Good until it expires.
    pub url: String,
    /// Which asset.
    pub asset_key: String,
}

/// A link for each asset asked for, in that order.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GenerateFileDownloadUrlReply {
    /// At most 100.
    pub download_urls: Vec<DownloadUrl>,
}

/// `POST /v1/files/generate-download-url`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GenerateFilesDownloadUrlRequest {
    /// 1 to 1000 ids or media URLs.
    #[validate(required, length(min = 1, max = 1000), custom(function = each_file_id))]
    pub file_ids: Option<Vec<String>>,
}

/// A permanent link to a zip.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GenerateFilesDownloadUrlReply {
    /// The link.
    pub download_url: String,
}

/// How a video is streamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum StreamFormat {
    /// The server chooses: HLS.
    Unknown,
    /// HTTP Live Streaming.
    Hls,
    /// Dynamic Adaptive Streaming over HTTP.
    Dash,
}

/// `POST /v1/files/generate-private-image-url` (CONTRACT 1.6).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GeneratePrivateImageUrlRequest {
    /// An id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
    /// What follows the image's address, as in `v1/fit/w_924,h_520/leon.jpg`.
    #[validate(required, length(min = 1, max = 2000))]
    pub transformation: Option<String>,
}

/// The signed address.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GeneratePrivateImageUrlReply {
    /// Good for exactly this transformation, for ten hours.
    pub url: String,
}

/// `POST /v1/files/generate-video-stream-url`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GenerateVideoStreamingUrlRequest {
    /// An id or a media URL.
    #[validate(required, length(min = 1, max = 1000))]
    pub file_id: Option<String>,
    /// `HLS` when absent.
    pub format: Option<StreamFormat>,
    /// For private videos; 1440 when absent.
    #[serde(default, deserialize_with = "integer")]
    #[schemars(with = "Option<i32>")]
    #[validate(range(min = 60, max = 1440))]
    pub expiration_in_minutes: Option<i64>,
}

/// The link to a stream.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GenerateVideoStreamingUrlReply {
    /// The link; `assetKey` is `HLS` or `DASH`.
    pub download_url: DownloadUrl,
}
