//! Archives.

use serde::{Deserialize, Serialize};

/// What is known of an archive.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveFacts {
    /// Files and folders in it, as far as they were counted.
    pub entries: u64,
    /// Bytes of all files in it once they are unpacked, as it says or as was counted.
    pub unpacked: u64,
    /// Whether some of it opens with a password alone. Where the list itself is encrypted, there are no entries.
    #[serde(default)]
    pub encrypted: bool,
    /// Whether it is cut off or broken somewhere; what could be read is listed all the same.
    #[serde(default)]
    pub damaged: bool,
    /// Whether it goes on beyond what was looked at.
    #[serde(default)]
    pub more: bool,
    /// What whoever unpacks it should know, in sentences for people: names that lead out of the folder, sizes that grow beyond
    /// reason.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// A file or folder in an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its path, as the archive has it. Empty for the one file of a `.gz`, `.xz`, `.zst` or `.bz2` that doesn't say it.
    pub name: String,
    /// Whether it is a folder.
    #[serde(default)]
    pub folder: bool,
    /// What it leads to, if it is a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Bytes once it is unpacked.
    pub size: u64,
    /// Bytes in the archive, where each has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packed: Option<u64>,
    /// Milliseconds since 1970, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<i64>,
    /// Whether it opens with a password alone.
    #[serde(default)]
    pub encrypted: bool,
    /// What is wrong with it, if something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}
