//! Sites: who owns files, and how many of them there may be.

use crate::error::Result;
use crate::folders::{self, Root};
use crate::tx::{Row, Tx, values};
use crate::versions::Topic;

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Number in this catalog.
    pub num: i64,
    /// Id on the wire, a UUID.
    pub id: String,
    /// For people.
    pub name: String,
    /// Six hex digits that start the ids of its files.
    pub prefix: String,
    /// Most bytes; none: as many as the storage holds.
    pub quota_bytes: Option<i64>,
    /// Most files.
    pub quota_files: Option<i64>,
    /// Bytes of originals, live and trashed.
    pub used_bytes: i64,
    /// Files, live and trashed.
    pub used_files: i64,
    /// Whether its images are made only as presets and signed addresses say.
    pub strict_images: bool,
    /// Whether its images are annotated after their upload.
    pub annotates: bool,
}

const COLUMNS: &str = "num, id, name, prefix, quota_bytes, quota_files, used_bytes, used_files, strict_images, \
     annotates";

fn site(row: &Row<'_>) -> Result<Site> {
    Ok(Site {
        num: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        prefix: row.get(3)?,
        quota_bytes: row.get(4)?,
        quota_files: row.get(5)?,
        used_bytes: row.get(6)?,
        used_files: row.get(7)?,
        strict_images: row.get(8)?,
        annotates: row.get(9)?,
    })
}

/// Makes a site with its root folders. A taken id or prefix is a conflict.
pub fn create(tx: &Tx<'_>, id: &str, name: &str, prefix: &str, now: i64) -> Result<Site> {
    let sql =
        format!("INSERT INTO sites (id, name, prefix, created) VALUES (?1, ?2, ?3, ?4) RETURNING {COLUMNS}");
    let made = tx.one(&sql, values![id, name, prefix, now], site)?;
    for root in [Root::Media, Root::Visitor, Root::Trash, Root::Gone] {
        folders::create_root(tx, made.num, root, now)?;
    }
    Ok(made)
}

/// All sites, oldest first.
pub fn list(tx: &Tx<'_>) -> Result<Vec<Site>> {
    tx.query(&format!("SELECT {COLUMNS} FROM sites ORDER BY num"), &[], site)
}

/// The site with this id.
pub fn by_id(tx: &Tx<'_>, id: &str) -> Result<Option<Site>> {
    tx.first(&format!("SELECT {COLUMNS} FROM sites WHERE id = ?1"), values![id], site)
}

/// The site with this number.
pub fn by_num(tx: &Tx<'_>, num: i64) -> Result<Option<Site>> {
    tx.first(&format!("SELECT {COLUMNS} FROM sites WHERE num = ?1"), values![num], site)
}

/// The sites that a key may act for.
pub(crate) fn of_key(tx: &Tx<'_>, key: i64) -> Result<Vec<Site>> {
    let sql = format!("SELECT {COLUMNS} FROM sites JOIN key_sites ON site = num WHERE key = ?1 ORDER BY num");
    tx.query(&sql, values![key], site)
}

/// Sets or lifts the limits of a site.
pub fn set_quota(tx: &Tx<'_>, num: i64, bytes: Option<i64>, files: Option<i64>) -> Result<()> {
    let sql = "UPDATE sites SET quota_bytes = ?2, quota_files = ?3 WHERE num = ?1";
    tx.execute(sql, values![num, bytes, files])?;
    Ok(())
}

/// Makes a site strict about its images, or lets it take any transformation again.
pub fn set_strict_images(tx: &Tx<'_>, num: i64, strict: bool) -> Result<()> {
    tx.touch(Topic::Presets);
    tx.execute("UPDATE sites SET strict_images = ?2 WHERE num = ?1", values![num, strict])?;
    Ok(())
}

/// Has a site's images annotated after their upload, or not any more.
pub fn set_annotates(tx: &Tx<'_>, num: i64, annotates: bool) -> Result<()> {
    tx.execute("UPDATE sites SET annotates = ?2 WHERE num = ?1", values![num, annotates])?;
    Ok(())
}

/// Counts one more file of `bytes` against the site's limits; `false`, and nothing counted, where they don't allow it.
pub fn charge(tx: &Tx<'_>, num: i64, bytes: i64) -> Result<bool> {
    let sql = "UPDATE sites SET used_bytes = used_bytes + ?2, used_files = used_files + 1
               WHERE num = ?1 AND (quota_bytes IS NULL OR used_bytes + ?2 <= quota_bytes)
                 AND (quota_files IS NULL OR used_files < quota_files)";
    Ok(tx.execute(sql, values![num, bytes])? == 1)
}

/// Counts the bytes of a file that was counted without them; `false`, and nothing counted, where the limits don't allow it.
pub fn charge_bytes(tx: &Tx<'_>, num: i64, bytes: i64) -> Result<bool> {
    let sql = "UPDATE sites SET used_bytes = used_bytes + ?2
               WHERE num = ?1 AND (quota_bytes IS NULL OR used_bytes + ?2 <= quota_bytes)";
    Ok(tx.execute(sql, values![num, bytes])? == 1)
}

/// What the files of a site come to, live and trashed: bytes of originals, and how many. Reads all of them.
pub fn found(tx: &Tx<'_>, num: i64) -> Result<(i64, i64)> {
    // Bytes that are still on their way, whose size is below 0, aren't counted yet. What is below `Gone` is there.
    let sql = "SELECT COALESCE(SUM(CASE WHEN size > 0 THEN size END), 0), COUNT(*)
               FROM files WHERE site = ?1 AND root < ?2";
    tx.one(sql, values![num, Root::Gone as i64], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Adds to what is counted for a site, or takes off it, whatever the limits say.
pub fn correct(tx: &Tx<'_>, num: i64, bytes: i64, files: i64) -> Result<()> {
    discharge(tx, num, -bytes, -files)
}

/// The sites that use most bytes, at most `most`.
pub fn largest(tx: &Tx<'_>, most: i64) -> Result<Vec<Site>> {
    tx.query(&format!("SELECT {COLUMNS} FROM sites ORDER BY used_bytes DESC LIMIT ?1"), values![most], site)
}

/// Takes files that are gone off the count.
pub(crate) fn discharge(tx: &Tx<'_>, num: i64, bytes: i64, files: i64) -> Result<()> {
    let sql = "UPDATE sites SET used_bytes = used_bytes - ?2, used_files = used_files - ?3 WHERE num = ?1";
    tx.execute(sql, values![num, bytes, files])?;
    Ok(())
}
