//! A new file.

use contract::formats::Format;
use contract::ids::FileId;

use super::record::{Facet, FileRecord, NewAsset, Status, UNKNOWN_SIZE, add_asset, by_num};
use crate::error::{Error, Result};
use crate::fold::name_key;
use crate::folders::Folder;
use crate::search::haystack;
use crate::tx::{Tx, values};

/// A file whose bytes are in the storage, or will be.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// The site it belongs to.
    pub site: i64,
    /// Its id.
    pub id: FileId,
    /// What it is, by content.
    pub format: &'static Format,
    /// Whether it is private.
    pub private: bool,
    /// Where it goes.
    pub folder: Folder,
    /// Display name.
    pub name: String,
    /// The name it came with.
    pub file_name: String,
    /// Labels.
    pub labels: Vec<String>,
    /// How far the work has come.
    pub status: Status,
    /// What is known of its content.
    pub facts: Option<String>,
    /// Where it was imported from; none: uploaded.
    pub source_url: Option<String>,
    /// What kind of caller brought it.
    pub added_by_type: String,
    /// Which caller brought it.
    pub added_by: String,
    /// The original, with the key `src`; none: it is still on its way.
    pub original: Option<NewAsset>,
}

/// Adds a file. Quota is the caller's to charge, in the same transaction.
pub fn insert(tx: &Tx<'_>, file: &NewFile, now: i64) -> Result<FileRecord> {
    let sql = "INSERT INTO files (site, uid, id, format, facet, root, parent, name, name_key, labels, haystack, size,
                                  hash, status, created, updated, revision, file_name, source_url, added_by_type, added_by)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, 1, ?16, ?17, ?18, ?19)
               RETURNING num";
    let facet = Facet::new(file.format.kind, file.private);
    let haystack = haystack(&file.name, &file.labels);
    let num = tx.one(
        sql,
        values![
            file.site,
            &file.id.unique(),
            file.id.as_str(),
            file.format.name,
            facet.num(),
            file.folder.stamp as i64,
            file.folder.num,
            &file.name,
            &name_key(&file.name),
            &serde_json::to_string(&file.labels)?,
            &haystack,
            file.original.as_ref().map_or(UNKNOWN_SIZE, |original| original.size),
            file.original.as_ref().map(|original| &original.hash),
            file.status as i64,
            now,
            &file.file_name,
            file.source_url.as_deref(),
            &file.added_by_type,
            &file.added_by,
        ],
        |row| row.get::<i64>(0),
    )?;
    if let Some(facts) = &file.facts {
        tx.execute("INSERT INTO facts (file, json) VALUES (?1, ?2)", values![num, facts])?;
    }
    if let Some(original) = &file.original {
        add_asset(tx, num, original)?;
    }
    by_num(tx, num)?.ok_or_else(|| Error::Corrupt("the new file is missing".into()))
}
