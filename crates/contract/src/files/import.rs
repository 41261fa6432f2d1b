//! importFile, bulkImportFile and bulkImportFiles.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use validator::Validate;

use super::upload::{ExternalInfo, each_label};
use crate::descriptor::FileDescriptor;
use crate::enums::MediaType;
use crate::validate::web_url;
use crate::values::flag;

/// `POST /v1/files/import`, and each item of the bulk calls.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct ImportFileRequest {
    /// Where to fetch the file.
    #[validate(required, length(min = 2, max = 4096), custom(function = web_url))]
    pub url: Option<String>,
    /// What the caller expects; only checked.
    pub media_type: Option<MediaType>,
    /// Cut to 255 characters.
    #[validate(length(max = 1000))]
    pub display_name: Option<String>,
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
    /// What the source would answer.
    #[validate(length(max = 100))]
    pub mime_type: Option<String>,
    /// Echoed in the events of the file.
    #[validate(nested)]
    pub external_info: Option<ExternalInfo>,
    /// Added to the URL when it is fetched.
    pub url_params: Option<Map<String, Value>>,
    /// Sent when the URL is fetched.
    pub url_headers: Option<Map<String, Value>>,
    /// Folders below the parent.
    #[validate(length(max = 100))]
    pub file_path: Option<String>,
}

/// One request of several, not read yet: one that can't be read is no reason to refuse the others.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportItem(Value);

impl ImportItem {
    /// Reads it; the error says what is wrong with its form.
    pub fn read(self) -> Result<ImportFileRequest, String> {
        serde_json::from_value(self.0).map_err(|error| error.to_string())
    }
}

/// `POST /v1/bulk/files/import-v2`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct BulkImportFileRequest {
    /// 1 to 100. What is wrong with one of them fails that one alone.
    #[validate(required, length(min = 1, max = 100))]
    #[schemars(with = "Option<Vec<ImportFileRequest>>")]
    pub import_file_requests: Option<Vec<ImportItem>>,
    /// Whether items come back whole; true when absent.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub return_entity: Option<bool>,
}

/// `POST /v1/bulk/files/import`, which the published API has replaced by the one above.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct BulkImportFilesRequest {
    /// 1 to 100. What is wrong with one of them fails that one alone.
    #[validate(required, length(min = 1, max = 100))]
    #[schemars(with = "Option<Vec<ImportFileRequest>>")]
    pub import_file_requests: Option<Vec<ImportItem>>,
}

/// The accepted files, PENDING. A request that was refused has none: this reply has no place for its error.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BulkImportFilesReply {
    /// In the order of the requests.
    pub files: Vec<FileDescriptor>,
}

/// What became of each request.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkImportFileReply {
    /// In the order of the requests.
    pub results: Vec<BulkImportFileResult>,
    /// The sums.
    pub bulk_action_metadata: BulkActionMetadata,
}

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkImportFileResult {
    /// Which one, and how it went.
    pub item_metadata: ItemMetadata,
    /// The file, unless it failed or wasn't asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<FileDescriptor>,
}

/// Which request of a bulk call, and how it went.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemMetadata {
    /// The file's id, unless it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// From 0.
    pub original_index: u32,
    /// How it went.
    pub success: bool,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<crate::errors::ApplicationError>,
}

/// The sums of a bulk call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BulkActionMetadata {
    /// Items that went well.
    pub total_successes: u32,
    /// Items that failed.
    pub total_failures: u32,
    /// Failures without an item of their own.
    pub undetailed_failures: u32,
}

impl BulkActionMetadata {
    /// Sums up what became of the items, each of which is told by itself.
    pub fn of<'a>(items: impl Iterator<Item = &'a ItemMetadata>) -> BulkActionMetadata {
        let mut sums = BulkActionMetadata { total_successes: 0, total_failures: 0, undetailed_failures: 0 };
        items.for_each(|item| match item.success {
            true => sums.total_successes += 1,
            false => sums.total_failures += 1,
        });
        sums
    }
}
