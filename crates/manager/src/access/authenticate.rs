//! From a key to a caller.

use catalog::{Topic, keys, sites};
use contract::enums::IdentityType;
use contract::errors::Code;
use tokio_util::sync::CancellationToken;

use super::Caller;
use crate::Manager;
use crate::copies::Copies;
use crate::error::{Result, refused};

/// What a request brings to show who calls.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// An API key; empty when there is none.
    pub key: &'a str,
    /// The site that the call is about; the key's own when absent.
    pub site_id: Option<&'a str>,
}

/// What is kept of a key: its hash. Keys are long and random, so a plain hash can't be turned back.
pub(crate) fn hash(key: &str) -> [u8; 32] {
    *blake3::hash(key.as_bytes()).as_bytes()
}

/// What a key that was seen lately stands for, by the key's hash.
pub(crate) type KnownKeys = Copies<[u8; 32], Known>;

/// Keys kept at the most; an attacker's guesses are not kept at all.
const MOST_KNOWN: usize = 10_000;

#[derive(Debug, Clone)]
pub(crate) struct Known {
    caller: Caller,
    expires: Option<i64>,
}

pub(crate) fn known_keys() -> KnownKeys {
    Copies::new(MOST_KNOWN)
}

/// The caller behind these credentials, on the site that the call is about.
pub async fn authenticate(manager: &Manager, credentials: Credentials<'_>) -> Result<Caller> {
    let unknown =
        || refused(Code::Unauthenticated, "the Authorization header needs an API key of this server");
    if credentials.key.is_empty() {
        return Err(unknown());
    }
    let hash = hash(credentials.key);
    let version = manager.catalog().version(Topic::Keys);
    let known = match manager.inner.keys.get(&hash, version) {
        Some(known) => known,
        None => {
            let known = look_up(manager, hash).await?.ok_or_else(unknown)?;
            manager.inner.keys.keep(hash, version, known.clone());
            known
        }
    };
    if known.expires.is_some_and(|expires| expires <= manager.now()) {
        return Err(refused(Code::Unauthenticated, "the API key has expired"));
    }
    match credentials.site_id {
        Some(site) if site != known.caller.site_id => {
            Err(refused(Code::PermissionDenied, "the API key belongs to another site than wix-site-id names"))
        }
        _ => Ok(known.caller),
    }
}

async fn look_up(manager: &Manager, hash: [u8; 32]) -> Result<Option<Known>> {
    let found = manager.catalog().read(move |tx| {
        let Some(key) = keys::by_hash(tx, &hash)?.filter(|key| key.revoked.is_none()) else {
            return Ok::<_, catalog::Error>(None);
        };
        Ok(sites::by_num(tx, key.site)?.map(|site| (key, site)))
    });
    Ok(found.await?.map(|(key, site)| Known {
        caller: Caller {
            site: site.num,
            site_id: site.id,
            site_prefix: site.prefix,
            identity: IdentityType::App,
            identity_id: key.id,
            scopes: key.scopes,
        },
        expires: key.expires,
    }))
}

/// Learns signing secrets whenever another process has written.
pub(crate) async fn follow_changes(manager: &Manager, stop: CancellationToken) {
    let mut changes = manager.catalog().foreign_changes();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
        match manager.catalog().read(keys::signing_keys).await {
            Ok(secrets) => manager.tokens().replace(&secrets),
            Err(error) => tracing::warn!(%error, "the signing keys could not be read again"),
        }
    }
}
