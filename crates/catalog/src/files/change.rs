//! Changes of a file that stays.

use super::record::{Facet, FileRecord, Status, by_num};
use crate::error::Result;
use crate::fold::name_key;
use crate::folders::Folder;
use crate::search::{haystack, reindex};
use crate::tx::{Tx, values};

/// What to change; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// A new display name.
    pub name: Option<String>,
    /// New labels, all of them.
    pub labels: Option<Vec<String>>,
    /// A new folder.
    pub folder: Option<Folder>,
}

/// Changes a file and returns it as it is then.
pub fn update(tx: &Tx<'_>, file: FileRecord, change: &Change, now: i64) -> Result<FileRecord> {
    let before = haystack(&file.name, &file.labels);
    let mut file = file;
    if let Some(name) = &change.name {
        file.name.clone_from(name);
    }
    if let Some(labels) = &change.labels {
        file.labels.clone_from(labels);
    }
    if let Some(folder) = &change.folder {
        file.parent = folder.num;
        file.parent_id.clone_from(&folder.id);
        file.root = folder.root;
    }
    // Two changes in one millisecond still move the date forward, so that a reader can tell them apart.
    file.updated = now.max(file.updated + 1);
    file.revision += 1;
    let after = haystack(&file.name, &file.labels);
    let sql = "UPDATE files SET name = ?2, name_key = ?3, labels = ?4, haystack = ?5, parent = ?6, root = ?7,
                                updated = ?8, revision = ?9
               WHERE num = ?1";
    tx.execute(
        sql,
        values![
            file.num,
            &file.name,
            &name_key(&file.name),
            &serde_json::to_string(&file.labels)?,
            &after,
            file.parent,
            file.root as i64,
            file.updated,
            file.revision,
        ],
    )?;
    if before != after {
        let facet = Facet::new(file.format.kind, file.private);
        reindex(tx, file.num, file.site, facet, file.format, &after)?;
    }
    Ok(file)
}

/// Ends the work on a file: what it came to, and what is known now. `None` when the file is gone meanwhile.
pub fn set_outcome(
    tx: &Tx<'_>,
    num: i64,
    status: Status,
    facts: Option<&str>,
    now: i64,
) -> Result<Option<FileRecord>> {
    let sql = "UPDATE files SET status = ?2, updated = MAX(?3, updated + 1), revision = revision + 1
               WHERE num = ?1 AND root < 3";
    if tx.execute(sql, values![num, status as i64, now])? == 0 {
        return Ok(None);
    }
    if let Some(facts) = facts {
        let sql = "INSERT INTO facts (file, json) VALUES (?1, ?2) ON CONFLICT (file) DO UPDATE SET json = excluded.json";
        tx.execute(sql, values![num, facts])?;
    }
    by_num(tx, num)
}
