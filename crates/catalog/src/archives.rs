//! Permanent links to zips of many files.

use crate::error::Result;
use crate::tx::{Tx, values};

/// A zip that is made whenever it is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// 32 hex digits that can't be guessed: whoever knows them may fetch it.
    pub hex: String,
    /// The site of its files.
    pub site: i64,
    /// Its files, in order.
    pub entries: Vec<Entry>,
    /// When the link was made.
    pub created: i64,
}

/// A file in a zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub file: String,
    /// Names of the folders that it is in there, from the outside in.
    pub folders: Vec<String>,
}

/// Keeps a new link.
pub fn create(tx: &Tx<'_>, archive: &Archive) -> Result<()> {
    let files: Vec<&String> = archive.entries.iter().map(|entry| &entry.file).collect();
    let paths: Vec<&Vec<String>> = archive.entries.iter().map(|entry| &entry.folders).collect();
    let flat = paths.iter().all(|path| path.is_empty());
    let paths = (!flat).then(|| serde_json::to_string(&paths)).transpose()?;
    let sql = "INSERT INTO archives (hex, site, files, paths, created) VALUES (?1, ?2, ?3, ?4, ?5)";
    let files = serde_json::to_string(&files)?;
    tx.execute(sql, values![&archive.hex, archive.site, &files, paths.as_deref(), archive.created])?;
    Ok(())
}

/// The link with these digits.
pub fn get(tx: &Tx<'_>, hex: &str) -> Result<Option<Archive>> {
    tx.first("SELECT hex, site, files, paths, created FROM archives WHERE hex = ?1", values![hex], |row| {
        let files: Vec<String> = row.json(2)?;
        let paths: Option<String> = row.get(3)?;
        let paths: Vec<Vec<String>> =
            paths.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default();
        let paths = paths.into_iter().chain(std::iter::repeat(Vec::new()));
        let entries = files.into_iter().zip(paths).map(|(file, folders)| Entry { file, folders }).collect();
        Ok(Archive { hex: row.get(0)?, site: row.get(1)?, entries, created: row.get(4)? })
    })
}
