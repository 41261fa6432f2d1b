//! Who is signed in: sessions of users, and the codes that a sign-in elsewhere ends with; hashes of both.

use crate::error::Result;
use crate::tx::{Tx, values};
use crate::users::{self, User};
use crate::versions::Topic;

/// A session.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user: User,
    /// When it began.
    pub created: i64,
    /// When it ends.
    pub expires: i64,
}

/// Begins a session.
pub fn create(tx: &Tx<'_>, hash: &[u8], user: i64, now: i64, expires: i64) -> Result<()> {
    let sql = "INSERT INTO sessions (hash, user_num, created, expires) VALUES (?1, ?2, ?3, ?4)";
    tx.execute(sql, values![hash, user, now, expires])?;
    Ok(())
}

/// The session with this hash, expired or not.
pub fn by_hash(tx: &Tx<'_>, hash: &[u8]) -> Result<Option<Session>> {
    let sql = "SELECT user_num, created, expires FROM sessions WHERE hash = ?1";
    let read =
        tx.first(sql, values![hash], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?)))?;
    let Some((num, created, expires)) = read else { return Ok(None) };
    Ok(users::by_num(tx, num)?.map(|user| Session { user, created, expires }))
}

/// Ends a session; `false` when there is none.
pub fn end(tx: &Tx<'_>, hash: &[u8]) -> Result<bool> {
    tx.touch(Topic::Keys);
    Ok(tx.execute("DELETE FROM sessions WHERE hash = ?1", values![hash])? == 1)
}

/// Ends all sessions of a user, and the codes that would begin one.
pub fn end_all(tx: &Tx<'_>, user: i64) -> Result<()> {
    tx.touch(Topic::Keys);
    tx.execute("DELETE FROM sessions WHERE user_num = ?1", values![user])?;
    tx.execute("DELETE FROM sign_in_codes WHERE user_num = ?1", values![user])?;
    Ok(())
}

/// Keeps a code that begins a session, once.
pub fn put_code(tx: &Tx<'_>, hash: &[u8], user: i64, expires: i64) -> Result<()> {
    let sql = "INSERT INTO sign_in_codes (hash, user_num, expires) VALUES (?1, ?2, ?3)";
    tx.execute(sql, values![hash, user, expires])?;
    Ok(())
}

/// Uses a code up; the user whom it signs in, unless it is too old.
pub fn take_code(tx: &Tx<'_>, hash: &[u8], now: i64) -> Result<Option<User>> {
    let sql = "DELETE FROM sign_in_codes WHERE hash = ?1 RETURNING user_num, expires";
    let taken = tx.first(sql, values![hash], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
    match taken.filter(|(_, expires)| *expires > now) {
        Some((num, _)) => users::by_num(tx, num),
        None => Ok(None),
    }
}

/// Forgets what has expired, at most `most` of each.
pub fn sweep(tx: &Tx<'_>, now: i64, most: i64) -> Result<()> {
    for table in ["sessions", "sign_in_codes"] {
        let sql = format!(
            "DELETE FROM {table} WHERE hash IN (SELECT hash FROM {table} WHERE expires <= ?1 LIMIT ?2)"
        );
        tx.execute(&sql, values![now, most])?;
    }
    Ok(())
}
