//! Administration of webhooks by a caller of the API, for the caller's own site.

use contract::files::EmptyReply;
use contract::webhooks as wire;

use super::administer::{self, Administrator};
use crate::Manager;
use crate::access::Caller;
use crate::actor::Actor;
use crate::error::Result;

fn who(manager: &Manager, caller: &Caller) -> Administrator {
    Administrator { site: Some(caller.site_id.clone()), now: manager.now(), by: Actor::from(caller) }
}

/// [`administer::add`] for the caller's site.
pub async fn add(
    manager: Manager,
    caller: Caller,
    request: wire::AddWebhookRequest,
) -> Result<wire::AddWebhookReply> {
    let (url, events) = (request.url.unwrap_or_default(), request.events.unwrap_or_default());
    administer::add(manager.catalog(), who(&manager, &caller), caller.site_id, url, events).await
}

/// [`administer::list`] for the caller's site.
pub async fn list(
    manager: Manager,
    caller: Caller,
    _: wire::ListWebhooksRequest,
) -> Result<wire::ListWebhooksReply> {
    administer::list(manager.catalog(), who(&manager, &caller)).await
}

/// [`administer::remove`] for the caller's site.
pub async fn remove(manager: Manager, caller: Caller, request: wire::WebhookRequest) -> Result<EmptyReply> {
    let id = request.webhook_id.unwrap_or_default();
    administer::remove(manager.catalog(), who(&manager, &caller), id).await
}

/// [`administer::rotate`] for the caller's site.
pub async fn rotate(
    manager: Manager,
    caller: Caller,
    request: wire::RotateKeyRequest,
) -> Result<wire::KeyReply> {
    let (id, activate) = (request.webhook_id.unwrap_or_default(), request.activate.unwrap_or(false));
    administer::rotate(manager.catalog(), who(&manager, &caller), id, activate).await
}

/// [`administer::deliveries`] for the caller's site.
pub async fn deliveries(
    manager: Manager,
    caller: Caller,
    request: wire::ListDeliveriesRequest,
) -> Result<wire::ListDeliveriesReply> {
    administer::deliveries(manager.catalog(), who(&manager, &caller), request).await
}

/// [`administer::replay`] for the caller's site.
pub async fn replay(
    manager: Manager,
    caller: Caller,
    request: wire::ReplayRequest,
) -> Result<wire::ReplayReply> {
    administer::replay(manager.catalog(), who(&manager, &caller), request).await
}
