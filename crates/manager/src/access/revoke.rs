//! The end of tokens before their time (RFC 7009).

use catalog::revocations;
use contract::access::{LONGEST_MINTED, RevokeReply, RevokeRequest};

use super::bearer;
use super::grants::{by_secret, needed, wrong_client, wrong_grant};
use crate::Manager;
use crate::error::{Error, Result};
use crate::tokens::{Claims, Purpose};

/// Revokes a token of the app that asks, with all others of its session. One that is unknown or has ended needs no more
/// than that.
pub async fn revoke(manager: Manager, request: RevokeRequest) -> Result<RevokeReply> {
    let key = by_secret(&manager, needed("client_secret", request.client_secret)?).await?;
    if request.client_id.is_some_and(|id| id != key.id) {
        return Err(wrong_client());
    }
    let token = needed("token", request.token)?;
    let known = [Purpose::Refresh, Purpose::Access]
        .into_iter()
        .find_map(|purpose| bearer::read(&manager, purpose, &token))
        .filter(|known| !known.has_expired(manager.now()));
    let Some(Claims { claims: bearer, expires, .. }) = known else { return Ok(RevokeReply {}) };
    if bearer.key != key.id {
        return Err(wrong_grant("`token` belongs to another app"));
    }
    // Others of the session may live longer than this one.
    let until = expires.unwrap_or_default().max(manager.now() + longest_life(&manager));
    let revoked =
        manager.catalog().write(move |tx| Ok::<_, Error>(revocations::revoke(tx, &bearer.session, until)?));
    revoked.await?;
    Ok(RevokeReply {})
}

/// How long a token that is made now is good at the most, in milliseconds.
fn longest_life(manager: &Manager) -> i64 {
    let access = &manager.settings().access;
    let given = access.token_lifetime.max(access.refresh_lifetime).as_millis();
    i64::try_from(given).unwrap_or(i64::MAX / 2).max(LONGEST_MINTED * 60_000)
}
