//! Upload sessions: written before a token is given out, spent by the commit of their file, swept when too old.

use crate::error::Result;
use crate::tx::{Row, Tx, values};

/// An upload session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The token names it by this.
    pub id: String,
    /// The site that the file will belong to.
    pub site: i64,
    /// The id that the file will have.
    pub file: String,
    /// What was agreed, as the manager wrote it.
    pub spec: String,
    /// When it ends.
    pub expires: i64,
    /// When its file was committed.
    pub finished: Option<i64>,
}

fn upload(row: &Row<'_>) -> Result<Upload> {
    Ok(Upload {
        id: row.get(0)?,
        site: row.get(1)?,
        file: row.get(2)?,
        spec: row.get(3)?,
        expires: row.get(4)?,
        finished: row.get(5)?,
    })
}

/// Keeps a new session.
pub fn create(tx: &Tx<'_>, upload: &Upload, now: i64) -> Result<()> {
    let sql = "INSERT INTO uploads (id, site, file, spec, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    tx.execute(sql, values![&upload.id, upload.site, &upload.file, &upload.spec, now, upload.expires])?;
    Ok(())
}

/// The session with this id.
pub fn get(tx: &Tx<'_>, id: &str) -> Result<Option<Upload>> {
    tx.first("SELECT id, site, file, spec, expires, finished FROM uploads WHERE id = ?1", values![id], upload)
}

/// Spends a session, in the transaction that commits its file; `false` when it was spent before.
pub fn finish(tx: &Tx<'_>, id: &str, now: i64) -> Result<bool> {
    Ok(tx.execute("UPDATE uploads SET finished = ?2 WHERE id = ?1 AND finished IS NULL", values![id, now])?
        == 1)
}

/// Removes sessions that ended before `before`, at most `most`; how many.
pub fn sweep(tx: &Tx<'_>, before: i64, most: i64) -> Result<usize> {
    let sql = "DELETE FROM uploads WHERE id IN (SELECT id FROM uploads WHERE expires < ?1 ORDER BY expires LIMIT ?2)";
    tx.execute(sql, values![before, most])
}

/// Sessions after `id` whose file was never committed, with the ids of their sites, in the order of their ids.
pub fn unfinished(tx: &Tx<'_>, id: &str, most: i64) -> Result<Vec<(Upload, String)>> {
    let sql = "SELECT u.id, u.site, u.file, u.spec, u.expires, u.finished, s.id
               FROM uploads u JOIN sites s ON s.num = u.site
               WHERE u.id > ?1 AND u.finished IS NULL ORDER BY u.id LIMIT ?2";
    tx.query(sql, values![id, most], |row| Ok((upload(row)?, row.get(6)?)))
}
