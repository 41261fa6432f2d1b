//! From what a request brings to a caller.

use std::sync::Arc;

use catalog::keys::ApiKey;
use catalog::sessions::Session;
use catalog::sites::Site;
use catalog::users::RolesOnSite;
use catalog::{Topic, Tx, keys, revocations, sessions, users};
use contract::enums::IdentityType;
use contract::errors::Code;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::bearer::{self, Bearer};
use super::{Caller, Reach, Rights};
use crate::copies::Copies;
use crate::error::{Error, Result, invalid, refused};
use crate::tokens::{Claims, Purpose};
use crate::{Manager, Origin};

/// What a request brings to show who calls.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// An API key, an access token or a session token; empty when there is none.
    pub secret: &'a str,
    /// The site that the call is about; may be absent where the caller has just one.
    pub site_id: Option<&'a str>,
}

/// What is kept of a secret: its hash. Secrets are long and random, so a plain hash can't be turned back.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    *blake3::hash(secret.as_bytes()).as_bytes()
}

/// A new secret, long and random, recognisable by its start.
pub(crate) fn new_secret(start: &str) -> String {
    format!("{start}_{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// Whom a secret that was seen lately stands for, by the secret's hash.
pub(crate) type KnownSecrets = Copies<[u8; 32], Arc<Known>>;

/// Secrets kept at the most; an attacker's guesses are not kept at all.
const MOST_KNOWN: usize = 10_000;

pub(crate) fn known_secrets() -> KnownSecrets {
    Copies::new(MOST_KNOWN)
}

/// Whom a secret stands for.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) identity: IdentityType,
    pub(crate) identity_id: String,
    /// The API key that it is, or belongs to.
    pub(crate) key: Option<String>,
    /// Where it counts, and for what.
    pub(crate) sites: Vec<(Site, Rights)>,
    /// When it was made.
    pub(crate) issued: i64,
    pub(crate) expires: Option<i64>,
}

impl Known {
    /// An API key.
    fn key(key: ApiKey) -> Known {
        Known::of(key, None)
    }

    /// A key, or a token of it.
    fn of(key: ApiKey, token: Option<Claims<Bearer>>) -> Known {
        let rights = Rights::Scopes(key.scopes.into());
        let mut known = Known {
            identity: IdentityType::App,
            identity_id: key.id.clone(),
            key: Some(key.id),
            sites: key.sites.into_iter().map(|site| (site, rights.clone())).collect(),
            issued: key.created,
            expires: key.expires,
        };
        if let Some(Claims { claims, issued, expires }) = token {
            known.sites.retain(|(site, _)| site.id == claims.site);
            if !claims.elevated {
                known.sites.iter_mut().for_each(|(_, rights)| *rights = Rights::None);
            }
            known.identity = claims.identity;
            known.identity_id = claims.subject;
            known.issued = issued;
            known.expires = [known.expires, expires].into_iter().flatten().min();
        }
        known
    }

    /// A user's session.
    fn session(session: Session, roles: Vec<RolesOnSite>) -> Known {
        let rights = |roles: RolesOnSite| {
            let folders = roles.folders.iter().map(|grant| (grant.folder.num, grant.role)).collect();
            (roles.site, Rights::User { site: roles.role, folders })
        };
        Known {
            identity: IdentityType::WixUser,
            identity_id: session.user.id,
            key: None,
            sites: roles.into_iter().map(rights).collect(),
            issued: session.created,
            expires: Some(session.expires),
        }
    }

    /// The caller on the site that the call is about.
    fn on(&self, site_id: Option<&str>) -> Result<Caller> {
        let found = match (site_id, &self.sites[..]) {
            (Some(id), sites) => sites.iter().find(|(site, _)| site.id == id),
            (None, [only]) => Some(only),
            (None, []) => None,
            (None, _) => {
                let text = "more than one site is within reach, so the header `wix-site-id` must name one";
                return Err(invalid(Code::InvalidValue, "wix-site-id", text));
            }
        };
        let (site, rights) = found.ok_or_else(|| {
            refused(Code::PermissionDenied, "the credentials are not for the site that `wix-site-id` names")
        })?;
        Ok(Caller {
            site: site.num,
            site_id: site.id.clone(),
            site_prefix: site.prefix.clone(),
            identity: self.identity,
            identity_id: self.identity_id.clone(),
            key: self.key.clone(),
            rights: rights.clone(),
            origin: Origin::default(),
            reach: Reach::nothing(site.num),
        })
    }
}

/// The caller behind these credentials, on the site that the call is about.
pub async fn authenticate(manager: &Manager, credentials: Credentials<'_>) -> Result<Caller> {
    known(manager, credentials.secret).await?.on(credentials.site_id)
}

/// Whom a secret stands for, now.
pub(crate) async fn known(manager: &Manager, secret: &str) -> Result<Arc<Known>> {
    let unknown = || {
        let text =
            "the Authorization header needs an API key, an access token or a session token of this server";
        refused(Code::Unauthenticated, text)
    };
    if secret.is_empty() {
        return Err(unknown());
    }
    let hash = hash(secret);
    let version = manager.catalog().version(Topic::Keys);
    let known = match manager.inner.known.get(&hash, version) {
        Some(known) => known,
        None => {
            let known = Arc::new(look_up(manager, secret, hash).await?.ok_or_else(unknown)?);
            manager.inner.known.keep(hash, version, known.clone());
            known
        }
    };
    match known.expires {
        Some(expires) if expires <= manager.now() => {
            Err(refused(Code::Unauthenticated, "the API key, token or session has expired"))
        }
        _ => Ok(known),
    }
}

async fn look_up(manager: &Manager, secret: &str, hash: [u8; 32]) -> Result<Option<Known>> {
    let token = bearer::read(manager, Purpose::Access, secret);
    let found = manager.catalog().read(move |tx| {
        if let Some(token) = &token {
            return Ok(key_of(tx, &token.claims)?.map(|key| Known::of(key, Some(token.clone()))));
        }
        if let Some(key) = keys::by_hash(tx, &hash)? {
            return Ok(Some(key).filter(|key| key.revoked.is_none()).map(Known::key));
        }
        let Some(session) = sessions::by_hash(tx, &hash)? else { return Ok(None) };
        let roles = users::roles(tx, session.user.num)?;
        Ok::<_, Error>(Some(Known::session(session, roles)))
    });
    found.await
}

/// The key that a token belongs to, unless one of them was revoked or the key lost the token's site.
pub(super) fn key_of(tx: &Tx<'_>, token: &Bearer) -> Result<Option<ApiKey>> {
    if revocations::is_revoked(tx, &token.session)? {
        return Ok(None);
    }
    let live = |key: &ApiKey| key.revoked.is_none() && key.sites.iter().any(|site| site.id == token.site);
    Ok(keys::by_id(tx, &token.key)?.filter(live))
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
