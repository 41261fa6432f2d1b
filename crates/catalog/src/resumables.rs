//! Uploads that arrive in pieces: how much of each is durable, and which session it will spend.

use crate::error::Result;
use crate::tx::{Row, Tx, values};

/// An upload that arrives in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resumable {
    /// Names it in its URL, and its bytes in the storage.
    pub id: String,
    /// The upload session that it spends when it is complete; none: a part that no whole has claimed.
    pub session: Option<String>,
    /// Whether it is to be joined with others.
    pub part: bool,
    /// Bytes in all; none: not known yet.
    pub length: Option<i64>,
    /// Bytes that are durable.
    pub received: i64,
    /// `Upload-Metadata` as it was sent.
    pub metadata: String,
    /// The ids of those it was joined from.
    pub parts: Option<Vec<String>>,
    /// When it ends.
    pub expires: i64,
}

const COLUMNS: &str = "id, session, part, length, received, metadata, parts, expires";

fn resumable(row: &Row<'_>) -> Result<Resumable> {
    let parts: Option<String> = row.get(6)?;
    Ok(Resumable {
        id: row.get(0)?,
        session: row.get(1)?,
        part: row.get(2)?,
        length: row.get(3)?,
        received: row.get(4)?,
        metadata: row.get(5)?,
        parts: parts.map(|json| serde_json::from_str(&json)).transpose()?,
        expires: row.get(7)?,
    })
}

/// Keeps a new one.
pub fn create(tx: &Tx<'_>, new: &Resumable) -> Result<()> {
    let sql = format!("INSERT INTO resumables ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    let parts = new.parts.as_ref().map(serde_json::to_string).transpose()?;
    tx.execute(
        &sql,
        values![
            &new.id,
            new.session.as_deref(),
            new.part,
            new.length,
            new.received,
            &new.metadata,
            parts.as_deref(),
            new.expires,
        ],
    )?;
    Ok(())
}

/// The one with this id.
pub fn get(tx: &Tx<'_>, id: &str) -> Result<Option<Resumable>> {
    tx.first(&format!("SELECT {COLUMNS} FROM resumables WHERE id = ?1"), values![id], resumable)
}

/// The one of a session.
pub fn of_session(tx: &Tx<'_>, session: &str) -> Result<Option<Resumable>> {
    tx.first(&format!("SELECT {COLUMNS} FROM resumables WHERE session = ?1"), values![session], resumable)
}

/// Notes what is durable now; `false` when it is gone.
pub fn received(tx: &Tx<'_>, id: &str, received: i64, expires: i64) -> Result<bool> {
    let sql = "UPDATE resumables SET received = ?2, expires = ?3 WHERE id = ?1";
    Ok(tx.execute(sql, values![id, received, expires])? == 1)
}

/// Notes how long it will be, once; `false` when that was known already.
pub fn set_length(tx: &Tx<'_>, id: &str, length: i64) -> Result<bool> {
    let sql = "UPDATE resumables SET length = ?2 WHERE id = ?1 AND length IS NULL";
    Ok(tx.execute(sql, values![id, length])? == 1)
}

/// Forgets one; `false` when it is forgotten already. Its bytes are the caller's to remove.
pub fn remove(tx: &Tx<'_>, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM resumables WHERE id = ?1", values![id])? == 1)
}

/// Those that ended before `before`, at most `most`.
pub fn expired(tx: &Tx<'_>, before: i64, most: i64) -> Result<Vec<Resumable>> {
    let sql = format!("SELECT {COLUMNS} FROM resumables WHERE expires < ?1 ORDER BY expires LIMIT ?2");
    tx.query(&sql, values![before, most], resumable)
}

/// Those that are complete while their session isn't spent, at most `most`.
pub fn stranded(tx: &Tx<'_>, most: i64) -> Result<Vec<Resumable>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM resumables WHERE length = received AND EXISTS (
             SELECT 1 FROM uploads u WHERE u.id = resumables.session AND u.finished IS NULL
         ) LIMIT ?1"
    );
    tx.query(&sql, values![most], resumable)
}

/// Bytes that parts may come to which no whole has claimed; each counts as `least` at least.
pub fn unclaimed(tx: &Tx<'_>, least: i64) -> Result<i64> {
    let sql = "SELECT COALESCE(SUM(CASE WHEN length > ?1 THEN length ELSE ?1 END), 0) FROM resumables WHERE session IS NULL";
    tx.one(sql, values![least], |row| row.get(0))
}
