//! Tokens that were revoked before their end, by the session that they belong to.

use crate::error::Result;
use crate::tx::{Tx, values};
use crate::versions::Topic;

/// Revokes the tokens of a session, the last of which ends by itself at `expires`.
pub fn revoke(tx: &Tx<'_>, session: &str, expires: i64) -> Result<()> {
    tx.touch(Topic::Keys);
    let sql = "INSERT INTO revoked_sessions (id, expires) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING";
    tx.execute(sql, values![session, expires])?;
    Ok(())
}

/// Whether the tokens of a session were revoked.
pub fn is_revoked(tx: &Tx<'_>, session: &str) -> Result<bool> {
    let found =
        tx.first("SELECT 1 FROM revoked_sessions WHERE id = ?1", values![session], |row| row.get::<i64>(0))?;
    Ok(found.is_some())
}

/// Forgets at most `most` of those whose tokens have all ended.
pub fn sweep(tx: &Tx<'_>, now: i64, most: i64) -> Result<()> {
    let sql = "DELETE FROM revoked_sessions
               WHERE id IN (SELECT id FROM revoked_sessions WHERE expires <= ?1 LIMIT ?2)";
    tx.execute(sql, values![now, most])?;
    Ok(())
}
