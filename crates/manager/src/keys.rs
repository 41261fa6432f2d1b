//! API keys: made, listed and revoked, by the command line and by callers of the API.

use catalog::keys::ApiKey;
use catalog::sites::Site;
use catalog::{Catalog, Tx, keys};
use contract::errors::Code;
use contract::files::EmptyReply;
use contract::keys as wire;
use contract::values::{Timestamp, shortened};
use serde_json::json;

use crate::Manager;
use crate::access::{self, Caller, may_give_scopes};
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result, invalid, refused};

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// The sites that it may act for; at least one.
    pub site_ids: Vec<String>,
    /// For people.
    pub name: String,
    /// What it grants.
    pub scopes: Vec<String>,
    /// When it ends, in milliseconds since 1970.
    pub expires: Option<i64>,
}

/// Keeps a key that was made, or chosen by the operator.
pub(crate) fn insert(
    tx: &Tx<'_>,
    sites: Vec<Site>,
    key: &str,
    new: NewKey,
    now: i64,
) -> catalog::Result<ApiKey> {
    let record = ApiKey {
        id: uuid::Uuid::new_v4().to_string(),
        sites,
        name: new.name,
        scopes: new.scopes,
        created: now,
        expires: new.expires,
        revoked: None,
    };
    keys::create(tx, &record, &access::hash(key))?;
    Ok(record)
}

/// A new API key, recognisable by its start.
pub fn new_key() -> String {
    access::new_secret("mm")
}

/// Makes a key and returns it with its record; nobody can show it again.
pub async fn create(catalog: &Catalog, new: NewKey, by: Actor, now: i64) -> Result<(ApiKey, String)> {
    known_scopes(&new.scopes)?;
    let key = new_key();
    let secret = key.clone();
    let made = catalog.write(move |tx| {
        let find = |id: &String| crate::sites::site(tx, id);
        let mut sites = new.site_ids.iter().map(find).collect::<Result<Vec<_>>>()?;
        sites.sort_by_key(|site| site.num);
        sites.dedup_by_key(|site| site.num);
        let key = insert(tx, sites, &secret, new.clone(), now)?;
        noted(tx, Action::KeyCreate, &key, &by, now)?;
        Ok::<_, Error>(key)
    });
    Ok((made.await?, key))
}

fn known_scopes(scopes: &[String]) -> Result<()> {
    match scopes.iter().find(|scope| !access::SCOPES.contains(&scope.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let (unknown, known) = (shortened(unknown), access::SCOPES.join(", "));
            let text = format!("there is no scope `{unknown}`; use one of {known}");
            Err(invalid(Code::InvalidValue, "scopes", text))
        }
    }
}

/// Keys; those of one site, or all.
pub async fn list(catalog: &Catalog, site_id: Option<String>) -> Result<Vec<ApiKey>> {
    let listed = catalog.read(move |tx| {
        let only = site_id.as_deref().map(|id| crate::sites::site(tx, id)).transpose()?;
        Ok::<_, Error>(keys::list(tx, only.map(|site| site.num))?)
    });
    listed.await
}

/// Revokes a key; running servers know it within a second.
pub async fn revoke(catalog: &Catalog, id: String, by: Actor, now: i64) -> Result<()> {
    let revoked = catalog.write(move |tx| {
        let key = keys::by_id(tx, &id)?.ok_or_else(|| no_such_key(&id))?;
        if !keys::revoke(tx, &id, now)? {
            return Err(no_such_key(&id));
        }
        noted(tx, Action::KeyRevoke, &key, &by, now)
    });
    revoked.await
}

/// Notes on each of its sites what was done to a key.
fn noted(tx: &Tx<'_>, action: Action, key: &ApiKey, by: &Actor, now: i64) -> Result<()> {
    let detail = json!({ "name": key.name, "scopes": key.scopes });
    key.sites.iter().try_for_each(|site| note(tx, Some(site.num), action, &key.id, detail.clone(), by, now))
}

fn no_such_key(id: &str) -> Error {
    let text = format!("there is no key `{}`, or it was revoked before; list those there are", shortened(id));
    refused(Code::KeyNotFound, text)
}

/// What has become of a key.
pub fn state(key: &ApiKey, now: i64) -> wire::KeyState {
    match (key.revoked, key.expires) {
        (Some(_), _) => wire::KeyState::Revoked,
        (None, Some(expires)) if expires <= now => wire::KeyState::Expired,
        _ => wire::KeyState::Active,
    }
}

/// Makes a key for the caller's site that may do no more than the caller, and no longer.
pub async fn create_as(
    manager: Manager,
    caller: Caller,
    request: wire::CreateKeyRequest,
) -> Result<wire::CreateKeyReply> {
    let scopes = request.scopes.unwrap_or_default();
    known_scopes(&scopes)?;
    if !may_give_scopes(&caller, &scopes) {
        let text = "a key can't be given a scope that the one who makes it doesn't have";
        return Err(refused(Code::PermissionDenied, text));
    }
    let (now, by) = (manager.now(), Actor::from(&caller));
    let wanted = request.expiration_in_days.map(|days| now + days * 86_400_000);
    let (key, name) = (new_key(), request.name.unwrap_or_default());
    let secret = key.clone();
    let made = manager.catalog().write(move |tx| {
        let site = crate::sites::site(tx, &caller.site_id)?;
        let own = caller.key.as_deref().map(|id| keys::by_id(tx, id)).transpose()?.flatten();
        let expires = match own {
            Some(own) if own.revoked.is_some() => {
                return Err(refused(Code::Unauthenticated, "the API key was revoked"));
            }
            Some(own) => [own.expires, wanted].into_iter().flatten().min(),
            None => wanted,
        };
        let new = NewKey { site_ids: Vec::new(), name: name.clone(), scopes: scopes.clone(), expires };
        let made = insert(tx, vec![site], &secret, new, now)?;
        noted(tx, Action::KeyCreate, &made, &by, now)?;
        Ok::<_, Error>(made)
    });
    Ok(wire::CreateKeyReply { key_id: made.await?.id, api_key: key })
}

/// The keys of the caller's site. Nothing is told of other sites that they may act for.
pub async fn list_as(
    manager: Manager,
    caller: Caller,
    _: wire::ListKeysRequest,
) -> Result<wire::ListKeysReply> {
    let (now, site) = (manager.now(), caller.site);
    let found = manager.catalog().read(move |tx| keys::list(tx, Some(site))).await?;
    let shown = |key: ApiKey| wire::Key {
        state: state(&key, now),
        key_id: key.id,
        name: key.name,
        scopes: key.scopes,
        created_date: Timestamp { millis: key.created },
        expiration_date: key.expires.map(|millis| Timestamp { millis }),
    };
    Ok(wire::ListKeysReply { keys: found.into_iter().map(shown).collect() })
}

/// Revokes a key of the caller's site; one of several sites goes on elsewhere.
pub async fn revoke_as(
    manager: Manager,
    caller: Caller,
    request: wire::RevokeKeyRequest,
) -> Result<EmptyReply> {
    let (now, site, by) = (manager.now(), caller.site, Actor::from(&caller));
    let id = request.key_id.unwrap_or_default();
    let revoked = manager.catalog().write(move |tx| {
        let bound = |key: &ApiKey| key.sites.iter().any(|bound| bound.num == site);
        let key = keys::by_id(tx, &id)?.filter(bound).ok_or_else(|| no_such_key(&id))?;
        let done = match key.sites.len() {
            1 => keys::revoke(tx, &id, now)?,
            _ => keys::unbind(tx, &id, site)?,
        };
        if !done {
            return Err(no_such_key(&id));
        }
        // What becomes of it elsewhere is not this caller's.
        let here = ApiKey { sites: key.sites.into_iter().filter(|bound| bound.num == site).collect(), ..key };
        noted(tx, Action::KeyRevoke, &here, &by, now).map(|()| EmptyReply {})
    });
    revoked.await
}
