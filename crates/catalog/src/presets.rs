//! Presets: transformations of images that a site has given names.

use crate::error::Result;
use crate::tx::{Row, Tx, values};
use crate::versions::Topic;

/// A transformation with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    /// Unique on its site.
    pub name: String,
    /// As addresses spell it, without a file name.
    pub transformation: String,
    /// When it was made.
    pub created: i64,
    /// When it was last changed.
    pub updated: i64,
}

const COLUMNS: &str = "name, transformation, created, updated";

fn preset(row: &Row<'_>) -> Result<Preset> {
    Ok(Preset { name: row.get(0)?, transformation: row.get(1)?, created: row.get(2)?, updated: row.get(3)? })
}

/// Makes a preset, or gives the one that has this name another transformation.
pub fn put(tx: &Tx<'_>, site: i64, name: &str, transformation: &str, now: i64) -> Result<Preset> {
    tx.touch(Topic::Presets);
    let sql = format!(
        "INSERT INTO presets (site, name, transformation, created, updated) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT (site, name) DO UPDATE SET transformation = excluded.transformation, updated = excluded.updated
         RETURNING {COLUMNS}"
    );
    tx.one(&sql, values![site, name, transformation, now], preset)
}

/// The presets of a site, by name.
pub fn list(tx: &Tx<'_>, site: i64) -> Result<Vec<Preset>> {
    let sql = format!("SELECT {COLUMNS} FROM presets WHERE site = ?1 ORDER BY name");
    tx.query(&sql, values![site], preset)
}

/// The preset of this name.
pub fn by_name(tx: &Tx<'_>, site: i64, name: &str) -> Result<Option<Preset>> {
    let sql = format!("SELECT {COLUMNS} FROM presets WHERE site = ?1 AND name = ?2");
    tx.first(&sql, values![site, name], preset)
}

/// How many presets a site has.
pub fn count(tx: &Tx<'_>, site: i64) -> Result<i64> {
    tx.one("SELECT COUNT(*) FROM presets WHERE site = ?1", values![site], |row| row.get(0))
}

/// Removes a preset; `false` where there is none of this name.
pub fn remove(tx: &Tx<'_>, site: i64, name: &str) -> Result<bool> {
    tx.touch(Topic::Presets);
    Ok(tx.execute("DELETE FROM presets WHERE site = ?1 AND name = ?2", values![site, name])? == 1)
}
