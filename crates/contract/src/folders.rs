//! The folder (CONTRACT 2).

use schemars::JsonSchema;
use serde::Serialize;

use crate::enums::State;
use crate::values::Timestamp;

/// A folder as the API shows it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    /// 32 hex digits, or the name of a root.
    pub id: String,
    /// At most 255 characters.
    pub display_name: String,
    /// The folder that it is in.
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
