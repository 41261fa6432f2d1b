//! What happens to files and folders, as webhooks and the live feed tell it (CONTRACT 6.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A file can be used, for the first time or again.
    FileReady,
    /// A file can't be used.
    FileFailed,
    /// Name, labels or folder of a file changed.
    FileUpdated,
    /// A file went to the trash, or is gone for good.
    FileDeleted,
    /// A folder was made, or came back from the trash.
    FolderCreated,
    /// Name or place of a folder changed.
    FolderUpdated,
    /// A folder went to the trash, or is gone for good.
    FolderDeleted,
}

/// The type of entity that file events are about.
pub const FILE_FQDN: &str = "wix.media.site_media.v1.file_descriptor";
/// The type of entity that folder events are about.
pub const FOLDER_FQDN: &str = "wix.media.site_media.v1.folder";

impl EventKind {
    /// All of them.
    pub const ALL: [EventKind; 7] = [
        EventKind::FileReady,
        EventKind::FileFailed,
        EventKind::FileUpdated,
        EventKind::FileDeleted,
        EventKind::FolderCreated,
        EventKind::FolderUpdated,
        EventKind::FolderDeleted,
    ];

    /// The name that people use: `file_ready`.
    pub fn name(self) -> &'static str {
        match self {
            EventKind::FileReady => "file_ready",
            EventKind::FileFailed => "file_failed",
            EventKind::FileUpdated => "file_updated",
            EventKind::FileDeleted => "file_deleted",
            EventKind::FolderCreated => "folder_created",
            EventKind::FolderUpdated => "folder_updated",
            EventKind::FolderDeleted => "folder_deleted",
        }
    }

    /// The kind with this name.
    pub fn by_name(name: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The type of entity that it is about.
    pub fn entity_fqdn(self) -> &'static str {
        if self.name().starts_with("file") { FILE_FQDN } else { FOLDER_FQDN }
    }

    /// The last part of its type.
    pub fn slug(self) -> &'static str {
        match self {
            EventKind::FileReady => "file_ready",
            EventKind::FileFailed => "file_failed",
            EventKind::FolderCreated => "created",
            EventKind::FileUpdated | EventKind::FolderUpdated => "updated",
            EventKind::FileDeleted | EventKind::FolderDeleted => "deleted",
        }
    }

    /// Its type in messages: `wix.media.site_media.v1.file_descriptor_file_ready`.
    pub fn event_type(self) -> String {
        format!("{}_{}", self.entity_fqdn(), self.slug())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_that_are_published() {
        let types = EventKind::ALL.map(EventKind::event_type);
        let file = |slug| format!("wix.media.site_media.v1.file_descriptor_{slug}");
        assert_eq!(types[..4], ["file_ready", "file_failed", "updated", "deleted"].map(file));
        let folder = |slug| format!("wix.media.site_media.v1.folder_{slug}");
        assert_eq!(types[4..], ["created", "updated", "deleted"].map(folder));
    }
}
