//! API keys, of which only hashes are kept, and the secrets that sign tokens.

use crate::error::Result;
use crate::sites::{self, Site};
use crate::tx::{Row, Tx, values};
use crate::versions::Topic;

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Id on the wire, a UUID.
    pub id: String,
    /// The sites it may act for; at least one.
    pub sites: Vec<Site>,
    /// For people.
    pub name: String,
    /// What it grants, on each of its sites.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created: i64,
    /// When it ends.
    pub expires: Option<i64>,
    /// When it was revoked.
    pub revoked: Option<i64>,
}

const COLUMNS: &str = "num, id, name, scopes, created, expires, revoked";

/// A key without its sites, and its number.
fn key(row: &Row<'_>) -> Result<(i64, ApiKey)> {
    let key = ApiKey {
        id: row.get(1)?,
        sites: Vec::new(),
        name: row.get(2)?,
        scopes: row.json(3)?,
        created: row.get(4)?,
        expires: row.get(5)?,
        revoked: row.get(6)?,
    };
    Ok((row.get(0)?, key))
}

fn with_sites(tx: &Tx<'_>, (num, key): (i64, ApiKey)) -> Result<ApiKey> {
    Ok(ApiKey { sites: sites::of_key(tx, num)?, ..key })
}

/// Keeps a new key by its hash.
pub fn create(tx: &Tx<'_>, key: &ApiKey, hash: &[u8]) -> Result<()> {
    let sql =
        "INSERT INTO api_keys (id, name, hash, scopes, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let scopes = serde_json::to_string(&key.scopes)?;
    tx.touch(Topic::Keys);
    let num = tx.insert(sql, values![&key.id, &key.name, hash, &scopes, key.created, key.expires])?;
    for site in &key.sites {
        tx.execute("INSERT INTO key_sites (key, site) VALUES (?1, ?2)", values![num, site.num])?;
    }
    Ok(())
}

/// The key with this hash, revoked and expired ones included.
pub fn by_hash(tx: &Tx<'_>, hash: &[u8]) -> Result<Option<ApiKey>> {
    let found = tx.first(&format!("SELECT {COLUMNS} FROM api_keys WHERE hash = ?1"), values![hash], key)?;
    found.map(|found| with_sites(tx, found)).transpose()
}

/// The key with this id, revoked and expired ones included.
pub fn by_id(tx: &Tx<'_>, id: &str) -> Result<Option<ApiKey>> {
    let found = tx.first(&format!("SELECT {COLUMNS} FROM api_keys WHERE id = ?1"), values![id], key)?;
    found.map(|found| with_sites(tx, found)).transpose()
}

/// All keys, oldest first; those that may act for one site, or all.
pub fn list(tx: &Tx<'_>, site: Option<i64>) -> Result<Vec<ApiKey>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM api_keys
         WHERE ?1 IS NULL OR EXISTS (SELECT 1 FROM key_sites WHERE key = num AND site = ?1) ORDER BY num"
    );
    tx.query(&sql, values![site], key)?.into_iter().map(|found| with_sites(tx, found)).collect()
}

/// Revokes a key; `false` when there is none, or it was revoked before.
pub fn revoke(tx: &Tx<'_>, id: &str, now: i64) -> Result<bool> {
    let sql = "UPDATE api_keys SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL";
    tx.touch(Topic::Keys);
    Ok(tx.execute(sql, values![id, now])? == 1)
}

/// Takes one of its sites from a key; `false` when it isn't one.
pub fn unbind(tx: &Tx<'_>, id: &str, site: i64) -> Result<bool> {
    let sql = "DELETE FROM key_sites WHERE site = ?2 AND key = (SELECT num FROM api_keys WHERE id = ?1)";
    tx.touch(Topic::Keys);
    Ok(tx.execute(sql, values![id, site])? == 1)
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
