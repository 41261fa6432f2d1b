//! Changes of a file that stays.

use contract::formats::Format;

use super::record::{FileRecord, NewAsset, Status, add_asset, by_num};
use crate::error::Result;
use crate::fold::name_key;
use crate::folders::Folder;
use crate::search::{self, haystack};
use crate::tx::{Tx, Value, values};
use crate::versions::Topic;

/// What to change; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// A new display name.
    pub name: Option<String>,
    /// New labels, all of them.
    pub labels: Option<Vec<String>>,
    /// A new folder.
    pub folder: Option<Folder>,
    /// The name that it came with, when that is told late.
    pub file_name: Option<String>,
}

/// Changes a file and returns it as it is then.
pub fn update(tx: &Tx<'_>, file: FileRecord, change: &Change, now: i64) -> Result<FileRecord> {
    let mut file = file;
    let before = file.clone();
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
    if let Some(file_name) = &change.file_name {
        file.file_name.clone_from(file_name);
    }
    // Two changes in one millisecond still move the date forward, so that a reader can tell them apart.
    file.updated = now.max(file.updated + 1);
    file.revision += 1;
    write_changes(tx, &before, &file, change.folder.as_ref())?;
    Ok(file)
}

/// Writes what differs, and nothing else: each index that a statement names is written, whether its values differ or not.
fn write_changes(tx: &Tx<'_>, before: &FileRecord, after: &FileRecord, moved: Option<&Folder>) -> Result<()> {
    tx.touch(Topic::File(&after.id));
    let (named, labelled) = (before.name != after.name, before.labels != after.labels);
    let (key, labels, texts);
    let mut columns = vec!["updated", "revision"];
    let mut values = values![after.num, after.updated, after.revision].to_vec();
    if named {
        key = name_key(&after.name);
        columns.extend(["name", "name_key"]);
        values.extend(values![&after.name, &key]);
    }
    if labelled {
        labels = serde_json::to_string(&after.labels)?;
        columns.push("labels");
        values.extend(values![&labels]);
    }
    if named || labelled {
        texts = haystack(&after.name, &after.labels);
        search::retire(tx, after.num)?;
        columns.extend(["haystack", "document"]);
        values.extend([Value::from(&texts), Value::Null]);
    }
    if let Some(folder) = moved {
        columns.extend(["parent", "root", "came_from", "trashed"]);
        values.extend(&[folder.num.into(), (folder.stamp as i64).into(), Value::Null, Value::Null]);
    }
    if before.file_name != after.file_name {
        columns.push("file_name");
        values.extend(values![&after.file_name]);
    }
    let set: Vec<String> =
        columns.iter().zip(2..).map(|(column, number)| format!("{column} = ?{number}")).collect();
    tx.execute(&format!("UPDATE files SET {} WHERE num = ?1", set.join(", ")), &values)?;
    Ok(())
}

/// The bytes of a file have come: what they are, and where they lie. `false` when the file is gone meanwhile.
pub fn set_original(tx: &Tx<'_>, num: i64, format: &'static Format, original: &NewAsset) -> Result<bool> {
    let sql = "UPDATE files SET format = ?2, size = ?3, hash = ?4 WHERE num = ?1 AND root < 3";
    if tx.execute(sql, values![num, format.name, original.size, &original.hash])? == 0 {
        return Ok(false);
    }
    add_asset(tx, num, original)?;
    Ok(true)
}

/// Writes what is known now of a file that is still worked on; who asks for the file sees it, and no event tells it.
pub fn set_facts(tx: &Tx<'_>, file: &FileRecord, facts: &str) -> Result<()> {
    tx.touch(Topic::File(&file.id));
    write_facts(tx, file.num, facts)
}

fn write_facts(tx: &Tx<'_>, num: i64, facts: &str) -> Result<()> {
    let sql = "INSERT INTO facts (file, json) VALUES (?1, ?2) ON CONFLICT (file) DO UPDATE SET json = excluded.json";
    tx.execute(sql, values![num, facts])?;
    Ok(())
}

/// Adds assets to a file. The keys in the storage of those that they take the place of.
pub fn put_assets(tx: &Tx<'_>, file: &FileRecord, assets: &[NewAsset]) -> Result<Vec<String>> {
    let mut replaced = Vec::new();
    for asset in assets {
        replaced.extend(remove_asset(tx, file, &asset.key)?);
        add_asset(tx, file.num, asset)?;
    }
    Ok(replaced)
}

/// Takes an asset from a file; its key in the storage, if there was one.
pub fn remove_asset(tx: &Tx<'_>, file: &FileRecord, key: &str) -> Result<Option<String>> {
    tx.touch(Topic::File(&file.id));
    let sql = "DELETE FROM assets WHERE file = ?1 AND key = ?2 RETURNING blob";
    tx.first(sql, values![file.num, key], |row| row.get(0))
}

/// The bytes of a file will never come.
pub fn set_empty(tx: &Tx<'_>, num: i64) -> Result<()> {
    tx.execute("UPDATE files SET size = 0 WHERE num = ?1 AND size < 0", values![num])?;
    Ok(())
}

/// Ends the work on a file: what it came to, and what is known now. `None` when the file is gone meanwhile.
pub fn set_outcome(
    tx: &Tx<'_>,
    num: i64,
    status: Status,
    facts: Option<&str>,
    now: i64,
) -> Result<Option<FileRecord>> {
    let sql = "UPDATE files SET status = ?2, updated = CASE WHEN updated < ?3 THEN ?3 ELSE updated + 1 END,
                                revision = revision + 1
               WHERE num = ?1 AND root < 3";
    if tx.execute(sql, values![num, status as i64, now])? == 0 {
        return Ok(None);
    }
    if let Some(facts) = facts {
        write_facts(tx, num, facts)?;
    }
    let file = by_num(tx, num)?;
    if let Some(file) = &file {
        tx.touch(Topic::File(&file.id));
    }
    Ok(file)
}
