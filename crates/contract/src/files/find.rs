//! listFiles, listDeletedFiles, searchFiles and queryFileDescriptors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use crate::descriptor::FileDescriptor;
use crate::enums::RootFolder;
use crate::values::{flag, integer, texts};

/// What to sort by. Names are texts here, so that an unsupported one gets the API's own error.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct Sorting {
    /// `displayName`, `updatedDate` or `sizeInBytes`.
    #[validate(length(max = 512))]
    pub field_name: Option<String>,
    /// `ASC` or `DESC`.
    pub order: Option<String>,
}

/// Which page, and how long.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct CursorPaging {
    /// Files per page: 50 when absent; the published limit is 100, up to 200 is tolerated (CONTRACT 1.3 (11)).
    #[serde(default, deserialize_with = "integer")]
    #[schemars(with = "Option<i32>")]
    #[validate(range(min = 1, max = 200))]
    pub limit: Option<i64>,
    /// From the page before. It carries filter and sort; only `limit` may change.
    #[validate(length(max = 16_000))]
    pub cursor: Option<String>,
}

/// `GET /v1/files` and `GET /v1/trash-bin/files`: one folder level.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct ListFilesRequest {
    /// `media-root` when absent, `trash-root` for the trash.
    #[validate(length(max = 100))]
    pub parent_folder_id: Option<String>,
    /// At most 30; all when absent.
    #[serde(default, deserialize_with = "texts")]
    #[schemars(with = "Option<Vec<String>>")]
    #[validate(length(max = 30))]
    pub media_types: Option<Vec<String>>,
    /// Only private, or only public files.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub private: Option<bool>,
    /// `updatedDate` `DESC` when absent.
    #[validate(nested)]
    pub sort: Option<Sorting>,
    /// Which page.
    #[validate(nested)]
    pub paging: Option<CursorPaging>,
}

/// `POST /v1/files/search`: a whole tree.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct SearchFilesRequest {
    /// Any part of a name, a label or a MIME type.
    #[validate(length(max = 200))]
    pub search: Option<String>,
    /// `MEDIA_ROOT` when absent.
    pub root_folder: Option<RootFolder>,
    /// All when absent.
    #[serde(default, deserialize_with = "texts")]
    #[schemars(with = "Option<Vec<String>>")]
    #[validate(length(max = 30))]
    pub media_types: Option<Vec<String>>,
    /// Only private, or only public files.
    #[serde(default, deserialize_with = "flag")]
    #[schemars(with = "Option<bool>")]
    pub private: Option<bool>,
    /// `updatedDate` `DESC` when absent.
    #[validate(nested)]
    pub sort: Option<Sorting>,
    /// Which page.
    #[validate(nested)]
    pub paging: Option<CursorPaging>,
}

/// A page of a list or search.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilesPage {
    /// At most 200.
    pub files: Vec<FileDescriptor>,
    /// How to go on.
    pub next_cursor: NextCursor,
}

/// How a list or search goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NextCursor {
    /// `next` is empty on the last page.
    pub cursors: Cursors,
    /// Whether there is another page.
    pub has_next: bool,
}

/// Cursors of the pages beside this one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cursors {
    /// Empty on the last page.
    pub next: String,
    /// Absent on the first page, and where going back isn't offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prev: Option<String>,
}

/// `POST /v1/files/query`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
pub struct QueryFileDescriptorsRequest {
    /// All live files of the site when absent.
    #[validate(nested)]
    pub query: Option<FilesQuery>,
}

/// What to look for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct FilesQuery {
    /// Which page.
    #[validate(nested)]
    pub cursor_paging: Option<CursorPaging>,
    /// `private` (`$eq`), `mediaType` (`$eq`, `$in`), `state` (`$eq`); a bare value means `$eq`; `$and` joins them.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub filter: Option<Value>,
    /// At most one; its order is `ASC` when absent.
    #[validate(length(max = 1), nested)]
    pub sort: Option<Vec<Sorting>>,
}

/// A page of a query.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueryFileDescriptorsReply {
    /// At most 200.
    pub files: Vec<FileDescriptor>,
    /// How to go on.
    pub paging_metadata: PagingMetadata,
}

/// How a query goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PagingMetadata {
    /// Files on this page.
    pub count: u32,
    /// The pages beside this one.
    pub cursors: Cursors,
    /// Whether there is another page.
    pub has_next: bool,
}
