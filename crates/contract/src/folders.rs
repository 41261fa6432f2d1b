//! The Folders API (CONTRACT 2): the folder, and a type per method and direction.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::{Validate, ValidationError};

use crate::enums::{RootFolder, State};
use crate::files::{CursorPaging, NextCursor, PagingMetadata, Sorting};
use crate::validate::items_up_to;
use crate::values::{Timestamp, flag};

/// A folder as the API shows it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    /// 32 hex digits, or the name of a fixed folder.
    pub id: String,
    /// At most 255 characters.
    pub display_name: String,
    /// The folder that it is in; empty for a root.
    pub parent_folder_id: String,
    /// When it was made.
    pub created_date: Timestamp,
    /// When its name or place last changed.
    pub updated_date: Timestamp,
    /// `OK`, in the trash too.
    pub state: State,
    /// The site that holds it.
    pub site_id: String,
}

/// Replies that carry one folder.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FolderReply {
    /// The folder.
    pub folder: Folder,
}

/// `POST /v1/folders`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct CreateFolderRequest {
    /// 1 to 255 characters; no other folder beside it may have the name.
    #[validate(required, length(min = 1, max = 255))]
    pub display_name: Option<String>,
    /// `media-root` when absent.
    #[validate(length(max = 100))]
    pub parent_folder_id: Option<String>,
}

/// `GET /v1/folders/{folderId}`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GetFolderRequest {
    /// Its id.
    #[validate(required, length(min = 1, max = 100))]
    pub folder_id: Option<String>,
}

/// `GET /v1/folders` and `GET /v1/trash-bin/folders`: one level.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct ListFoldersRequest {
    /// `media-root` when absent, `trash-root` for the trash.
    #[validate(length(max = 100))]
    pub parent_folder_id: Option<String>,
    /// By `displayName` or `updatedDate`; `updatedDate` `DESC` when absent.
    #[validate(nested)]
    pub sort: Option<Sorting>,
    /// Which page.
    #[validate(nested)]
    pub paging: Option<CursorPaging>,
}

/// `POST /v1/folders/search`: a whole tree.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct SearchFoldersRequest {
    /// Any part of a name.
    #[validate(length(max = 200))]
    pub search: Option<String>,
    /// `MEDIA_ROOT` when absent.
    pub root_folder: Option<RootFolder>,
    /// By `displayName` or `updatedDate`; `updatedDate` `DESC` when absent.
    #[validate(nested)]
    pub sort: Option<Sorting>,
    /// Which page.
    #[validate(nested)]
    pub paging: Option<CursorPaging>,
}

/// A page of a list or search.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoldersPage {
    /// At most 200.
    pub folders: Vec<Folder>,
    /// How to go on.
    pub next_cursor: NextCursor,
}

/// `POST /v1/folders/query`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
pub struct QueryFoldersRequest {
    /// All live folders of the site when absent.
    #[validate(nested)]
    pub query: Option<FoldersQuery>,
}

/// What to look for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct FoldersQuery {
    /// Which page.
    #[validate(nested)]
    pub cursor_paging: Option<CursorPaging>,
    /// `state` (`$eq`); a bare value means `$eq`; `$and` joins them.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub filter: Option<Value>,
    /// At most one; its order is `ASC` when absent.
    #[validate(length(max = 1), nested)]
    pub sort: Option<Vec<Sorting>>,
}

/// A page of a query.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueryFoldersReply {
    /// At most 200.
    pub folders: Vec<Folder>,
    /// How to go on.
    pub paging_metadata: PagingMetadata,
}

/// `PATCH /v1/folders/{folderId}`. Older clients send the fields at the top (CONTRACT 2); `folder` counts before them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct UpdateFolderRequest {
    /// Its id. The path has it, so that `folder.id` isn't looked at.
    #[validate(required, length(min = 1, max = 100))]
    pub folder_id: Option<String>,
    /// What to change; the keys present say what.
    #[validate(nested)]
    pub folder: Option<FolderUpdate>,
    /// As in `folder`.
    #[validate(length(min = 1, max = 255))]
    pub display_name: Option<String>,
    /// As in `folder`.
    #[validate(length(min = 1, max = 100))]
    pub parent_folder_id: Option<String>,
}

/// The writable part of a folder. Whatever else a folder holds is ignored, so one can be sent back as read.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct FolderUpdate {
    /// 1 to 255 characters.
    #[validate(length(min = 1, max = 255))]
    pub display_name: Option<String>,
    /// Moves the folder with everything in it.
    #[validate(length(min = 1, max = 100))]
    pub parent_folder_id: Option<String>,
}

/// `POST /v1/folders/{folderId}/generate-download-url`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct GenerateFolderDownloadUrlRequest {
    /// Its id.
    #[validate(required, length(min = 1, max = 100))]
    pub folder_id: Option<String>,
}

/// A permanent link to a zip of a folder.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GenerateFolderDownloadUrlReply {
    /// The link.
    pub download_url: String,
}

/// `POST /v1/bulk/folders/delete`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct BulkDeleteFoldersRequest {
    /// 1 to 100 ids.
    #[validate(required, length(min = 1, max = 100), custom(function = each_folder_id))]
    pub folder_ids: Option<Vec<String>>,
    /// Delete for good, with everything in them, instead of moving to the trash.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub permanent: Option<bool>,
}

/// `POST /v1/bulk/trash-bin/folders/restore`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct BulkRestoreFoldersRequest {
    /// 1 to 100 ids.
    #[validate(required, length(min = 1, max = 100), custom(function = each_folder_id))]
    pub folder_ids: Option<Vec<String>>,
}

fn each_folder_id(items: &[String]) -> Result<(), ValidationError> {
    items_up_to(items, 100)
}
