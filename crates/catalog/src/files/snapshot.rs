//! A file as it was at one moment, in a form that can be kept in the event log.

use contract::formats;
use contract::ids::FileId;
use serde::{Deserialize, Serialize};

use super::record::{FileRecord, Status};
use crate::folders::Root;

/// The fields of a [`FileRecord`] as JSON spells them. Names stay as they are once they are in a log.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Snapshot {
    num: i64,
    site: i64,
    id: String,
    format: String,
    private: bool,
    root: i64,
    parent: i64,
    parent_id: String,
    name: String,
    labels: Vec<String>,
    size: i64,
    hash: Option<[u8; 32]>,
    status: i64,
    created: i64,
    updated: i64,
    revision: i64,
    file_name: String,
    source_url: Option<String>,
    added_by_type: String,
    added_by: String,
    facts: Option<String>,
}

impl From<FileRecord> for Snapshot {
    fn from(file: FileRecord) -> Snapshot {
        Snapshot {
            num: file.num,
            site: file.site,
            id: file.id.to_string(),
            format: file.format.name.to_owned(),
            private: file.private,
            root: file.root as i64,
            parent: file.parent,
            parent_id: file.parent_id,
            name: file.name,
            labels: file.labels,
            size: file.size,
            hash: file.hash,
            status: file.status as i64,
            created: file.created,
            updated: file.updated,
            revision: file.revision,
            file_name: file.file_name,
            source_url: file.source_url,
            added_by_type: file.added_by_type,
            added_by: file.added_by,
            facts: file.facts,
        }
    }
}

impl TryFrom<Snapshot> for FileRecord {
    type Error = &'static str;

    fn try_from(kept: Snapshot) -> Result<FileRecord, &'static str> {
        Ok(FileRecord {
            num: kept.num,
            site: kept.site,
            id: FileId::parse(&kept.id).ok_or("the snapshot has no valid id")?,
            format: formats::by_name(&kept.format).ok_or("the snapshot has no known format")?,
            private: kept.private,
            root: Root::from_num(kept.root),
            parent: kept.parent,
            parent_id: kept.parent_id,
            name: kept.name,
            labels: kept.labels,
            size: kept.size,
            hash: kept.hash,
            status: Status::from_num(kept.status),
            created: kept.created,
            updated: kept.updated,
            revision: kept.revision,
            file_name: kept.file_name,
            source_url: kept.source_url,
            added_by_type: kept.added_by_type,
            added_by: kept.added_by,
            facts: kept.facts,
        })
    }
}
