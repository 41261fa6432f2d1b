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
    /// Ids of its files, in order.
    pub files: Vec<String>,
    /// When the link was made.
    pub created: i64,
}

/// Keeps a new link.
pub fn create(tx: &Tx<'_>, archive: &Archive) -> Result<()> {
    let files = serde_json::to_string(&archive.files)?;
    let sql = "INSERT INTO archives (hex, site, files, created) VALUES (?1, ?2, ?3, ?4)";
    tx.execute(sql, values![&archive.hex, archive.site, &files, archive.created])?;
    Ok(())
}

/// The link with these digits.
pub fn get(tx: &Tx<'_>, hex: &str) -> Result<Option<Archive>> {
    tx.first("SELECT hex, site, files, created FROM archives WHERE hex = ?1", values![hex], |row| {
        Ok(Archive { hex: row.get(0)?, site: row.get(1)?, files: row.json(2)?, created: row.get(3)? })
    })
}
