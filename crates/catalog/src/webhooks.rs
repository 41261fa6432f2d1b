//! Webhooks: who wants to be told of which events, and the keys that messages to them are signed with.

use crate::error::Result;
use crate::tx::{Row, Tx, values};

/// A receiver of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Number in this catalog.
    pub num: i64,
    /// Id on the wire, a UUID.
    pub id: String,
    /// The site whose events it receives.
    pub site: i64,
    /// Where to.
    pub url: String,
    /// Which kinds of events.
    pub kinds: Vec<String>,
    /// When it was added.
    pub created: i64,
    /// Since when no attempt has succeeded; none: the last one did.
    pub failing: Option<i64>,
    /// When it was switched off; none: it is on.
    pub disabled: Option<i64>,
    /// Why it was switched off.
    pub note: Option<String>,
    /// Where the event log was when it was switched off.
    pub missed: Option<i64>,
}

const COLUMNS: &str = "num, id, site, url, kinds, created, failing, disabled, note, missed";

fn webhook(row: &Row<'_>) -> Result<Webhook> {
    let kinds: String = row.get(4)?;
    Ok(Webhook {
        num: row.get(0)?,
        id: row.get(1)?,
        site: row.get(2)?,
        url: row.get(3)?,
        kinds: kinds.split(',').filter(|kind| !kind.is_empty()).map(str::to_owned).collect(),
        created: row.get(5)?,
        failing: row.get(6)?,
        disabled: row.get(7)?,
        note: row.get(8)?,
        missed: row.get(9)?,
    })
}

/// Adds a webhook, on and not failing yet; its number. `num` of the argument is ignored.
pub fn add(tx: &Tx<'_>, webhook: &Webhook) -> Result<i64> {
    let sql =
        "INSERT INTO webhooks (id, site, url, kinds, created) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING num";
    let kinds = format!(",{},", webhook.kinds.join(","));
    let Webhook { id, site, url, created, .. } = webhook;
    tx.one(sql, values![id, *site, url, &kinds, *created], |row| row.get(0))
}

/// Webhooks of one site, or all, the oldest first.
pub fn list(tx: &Tx<'_>, site: Option<i64>) -> Result<Vec<Webhook>> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE ?1 IS NULL OR site = ?1 ORDER BY num");
    tx.query(&sql, values![site], webhook)
}

/// The webhook with this id.
pub fn by_id(tx: &Tx<'_>, id: &str) -> Result<Option<Webhook>> {
    tx.first(&format!("SELECT {COLUMNS} FROM webhooks WHERE id = ?1"), values![id], webhook)
}

/// The webhook with this number.
pub fn by_num(tx: &Tx<'_>, num: i64) -> Result<Option<Webhook>> {
    tx.first(&format!("SELECT {COLUMNS} FROM webhooks WHERE num = ?1"), values![num], webhook)
}

/// Removes a webhook with its keys and deliveries.
pub fn remove(tx: &Tx<'_>, num: i64) -> Result<()> {
    tx.execute("DELETE FROM webhooks WHERE num = ?1", values![num])?;
    Ok(())
}

/// Numbers of the webhooks of a site that want events of this kind now.
pub(crate) fn wanting(tx: &Tx<'_>, site: i64, kind: &str) -> Result<Vec<i64>> {
    let sql = "SELECT num FROM webhooks WHERE site = ?1 AND disabled IS NULL AND kinds LIKE ?2 ORDER BY num";
    tx.query(sql, values![site, &format!("%,{kind},%")], |row| row.get(0))
}

/// An attempt has succeeded, or those that failed are not to count any more.
pub fn forgive(tx: &Tx<'_>, num: i64) -> Result<()> {
    tx.execute("UPDATE webhooks SET failing = NULL WHERE num = ?1 AND failing IS NOT NULL", values![num])?;
    Ok(())
}

/// An attempt to send what has waited since `since` has failed; since when nothing has arrived.
pub fn failed(tx: &Tx<'_>, num: i64, since: i64) -> Result<i64> {
    let sql = "UPDATE webhooks SET failing = COALESCE(failing, ?2) WHERE num = ?1 RETURNING failing";
    Ok(tx.first(sql, values![num, since], |row| row.get(0))?.unwrap_or(since))
}

/// Remembers up to where of the log a webhook that is off has caught up.
pub fn set_missed(tx: &Tx<'_>, num: i64, seq: i64) -> Result<()> {
    tx.execute("UPDATE webhooks SET missed = ?2 WHERE num = ?1 AND missed IS NOT NULL", values![num, seq])?;
    Ok(())
}

/// Switches a webhook off: it gets no event any more.
pub fn disable(tx: &Tx<'_>, num: i64, note: &str, now: i64) -> Result<()> {
    let sql = "UPDATE webhooks SET disabled = ?2, note = ?3, missed = ?4 WHERE num = ?1 AND disabled IS NULL";
    tx.execute(sql, values![num, now, note, crate::events::last(tx)?])?;
    Ok(())
}

/// Switches a webhook on again.
pub fn enable(tx: &Tx<'_>, num: i64) -> Result<()> {
    let sql =
        "UPDATE webhooks SET disabled = NULL, note = NULL, missed = NULL, failing = NULL WHERE num = ?1";
    tx.execute(sql, values![num])?;
    Ok(())
}

/// A key that messages are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Named in the header of each message.
    pub id: String,
    /// The private key, PKCS #8 in DER.
    pub secret: Vec<u8>,
    /// The public key, SPKI in PEM.
    pub public: String,
    /// When it was made.
    pub created: i64,
}

// No secret in a log.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Adds a key that doesn't sign yet, in the place of another one that doesn't.
pub fn add_key(tx: &Tx<'_>, webhook: i64, key: &SigningKey) -> Result<()> {
    tx.execute("DELETE FROM webhook_keys WHERE webhook = ?1 AND signs = 0", values![webhook])?;
    let sql = "INSERT INTO webhook_keys (id, webhook, secret, public, created, signs) VALUES (?1, ?2, ?3, ?4, ?5, 0)";
    tx.execute(sql, values![&key.id, webhook, &key.secret, &key.public, key.created])?;
    Ok(())
}

fn key(tx: &Tx<'_>, webhook: i64, signs: bool) -> Result<Option<SigningKey>> {
    let sql = "SELECT id, secret, public, created FROM webhook_keys WHERE webhook = ?1 AND signs = ?2";
    tx.first(sql, values![webhook, signs], |row| {
        Ok(SigningKey { id: row.get(0)?, secret: row.get(1)?, public: row.get(2)?, created: row.get(3)? })
    })
}

/// The key that signs.
pub fn signing_key(tx: &Tx<'_>, webhook: i64) -> Result<Option<SigningKey>> {
    key(tx, webhook, true)
}

/// The key that waits for its turn.
pub fn next_key(tx: &Tx<'_>, webhook: i64) -> Result<Option<SigningKey>> {
    key(tx, webhook, false)
}

/// Lets the key that waits sign, in the place of the one that did; `false` when none waits.
pub fn activate_key(tx: &Tx<'_>, webhook: i64) -> Result<bool> {
    if key(tx, webhook, false)?.is_none() {
        return Ok(false);
    }
    tx.execute("DELETE FROM webhook_keys WHERE webhook = ?1 AND signs = 1", values![webhook])?;
    tx.execute("UPDATE webhook_keys SET signs = 1 WHERE webhook = ?1", values![webhook])?;
    Ok(true)
}
