//! API keys, of which only hashes are kept, and the secrets that sign tokens.

use crate::error::Result;
use crate::tx::{Row, Tx, values};
use crate::versions::Topic;

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Id on the wire, a UUID.
    pub id: String,
    /// The site it belongs to.
    pub site: i64,
    /// For people.
    pub name: String,
    /// What it grants.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created: i64,
    /// When it ends.
    pub expires: Option<i64>,
    /// When it was revoked.
    pub revoked: Option<i64>,
}

const COLUMNS: &str = "id, site, name, scopes, created, expires, revoked";

fn key(row: &Row<'_>) -> Result<ApiKey> {
    Ok(ApiKey {
        id: row.get(0)?,
        site: row.get(1)?,
        name: row.get(2)?,
        scopes: row.json(3)?,
        created: row.get(4)?,
        expires: row.get(5)?,
        revoked: row.get(6)?,
    })
}

/// Keeps a new key by its hash.
pub fn create(tx: &Tx<'_>, key: &ApiKey, hash: &[u8]) -> Result<()> {
    let sql = "INSERT INTO api_keys (id, site, name, hash, scopes, created, expires)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let scopes = serde_json::to_string(&key.scopes)?;
    tx.touch(Topic::Keys);
    tx.execute(sql, values![&key.id, key.site, &key.name, hash, &scopes, key.created, key.expires])?;
    Ok(())
}

/// The key with this hash, revoked and expired ones included.
pub fn by_hash(tx: &Tx<'_>, hash: &[u8]) -> Result<Option<ApiKey>> {
    tx.first(&format!("SELECT {COLUMNS} FROM api_keys WHERE hash = ?1"), values![hash], key)
}

/// All keys, oldest first; of one site, or of all.
pub fn list(tx: &Tx<'_>, site: Option<i64>) -> Result<Vec<ApiKey>> {
    let sql = format!("SELECT {COLUMNS} FROM api_keys WHERE ?1 IS NULL OR site = ?1 ORDER BY num");
    tx.query(&sql, values![site], key)
}

/// Revokes a key; `false` when there is none, or it was revoked before.
pub fn revoke(tx: &Tx<'_>, id: &str, now: i64) -> Result<bool> {
    let sql = "UPDATE api_keys SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL";
    tx.touch(Topic::Keys);
    Ok(tx.execute(sql, values![id, now])? == 1)
}

/// Adds a secret that signs from now on.
pub fn add_signing_key(tx: &Tx<'_>, id: &str, secret: &[u8], now: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO signing_keys (id, secret, created) VALUES (?1, ?2, ?3)",
        values![id, secret, now],
    )?;
    Ok(())
}

/// All secrets, the newest, which signs, first.
pub fn signing_keys(tx: &Tx<'_>) -> Result<Vec<(String, Vec<u8>)>> {
    tx.query("SELECT id, secret FROM signing_keys ORDER BY created DESC, id", &[], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}
