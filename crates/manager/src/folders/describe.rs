//! From what the catalog knows of a folder to what the API shows (CONTRACT 2).

use catalog::folders::Folder;
use contract::enums::State;
use contract::values::Timestamp;
use serde::{Deserialize, Serialize};

/// A folder as it was at one time. Kept as JSON in the event log, so names stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) id: String,
    pub(crate) parent: String,
    pub(crate) name: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) revision: i64,
}

impl From<&Folder> for Snapshot {
    fn from(folder: &Folder) -> Snapshot {
        Snapshot {
            id: folder.id.clone(),
            parent: folder.parent_id.clone(),
            name: folder.name.clone(),
            created: folder.created,
            updated: folder.updated,
            revision: folder.revision,
        }
    }
}

impl Snapshot {
    /// Shows it.
    pub(crate) fn describe(self, site_id: &str) -> contract::folders::Folder {
        contract::folders::Folder {
            id: self.id,
            display_name: self.name,
            parent_folder_id: self.parent,
            created_date: Timestamp { millis: self.created },
            updated_date: Timestamp { millis: self.updated },
            state: State::Ok,
            site_id: site_id.to_owned(),
        }
    }
}

/// Shows a folder.
pub(super) fn describe(site_id: &str, folder: &Folder) -> contract::folders::Folder {
    Snapshot::from(folder).describe(site_id)
}
