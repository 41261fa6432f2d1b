//! Administration of webhooks, for the command line and the API alike.

use catalog::deliveries::{self, State};
use catalog::webhooks::{self, Webhook};
use catalog::{Catalog, Tx};
use contract::errors::Code;
use contract::events::EventKind;
use contract::files::EmptyReply;
use contract::values::Timestamp;
use contract::webhooks as wire;
use outbound::Url;
use serde_json::{Value, json};
use uuid::Uuid;

use super::keys;
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result, invalid, refused};

/// Deliveries, or events, that one transaction takes on.
const BATCH: i64 = 500;
/// Deliveries on a page when the request doesn't say.
const USUAL_PAGE: i64 = 50;

/// Who administers, and when.
#[derive(Debug, Clone)]
pub struct Administrator {
    /// The one site whose webhooks are within reach; none: all of them, for the command line.
    pub site: Option<String>,
    /// Milliseconds since 1970.
    pub now: i64,
    /// Who it is.
    pub by: Actor,
}

impl Administrator {
    /// A webhook within reach.
    fn find(&self, tx: &Tx<'_>, id: &str) -> Result<Webhook> {
        let site = self.site.as_deref().map(|id| crate::sites::site(tx, id)).transpose()?;
        let within = |webhook: &Webhook| site.as_ref().is_none_or(|site| site.num == webhook.site);
        let id = contract::values::shortened(id);
        webhooks::by_id(tx, &id)?.filter(within).ok_or_else(|| {
            refused(Code::WebhookNotFound, format!("there is no webhook `{id}`; list those there are"))
        })
    }

    fn note(&self, tx: &Tx<'_>, action: Action, webhook: &Webhook, detail: Value) -> Result<()> {
        note(tx, Some(webhook.site), action, &webhook.id, detail, &self.by, self.now)
    }
}

/// Adds a webhook to a site, with a key of its own.
pub async fn add(
    catalog: &Catalog,
    who: Administrator,
    site_id: String,
    url: String,
    events: Vec<EventKind>,
) -> Result<wire::AddWebhookReply> {
    let parsed = Url::parse(&url).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
    });
    if parsed.is_none() {
        let text = "`url` must be an http or https URL, without credentials in front of its host";
        return Err(invalid(Code::InvalidValue, "url", text));
    }
    let now = who.now;
    let key = keys::generate(now).await?;
    let id = Uuid::new_v4().to_string();
    let reply = wire::AddWebhookReply { webhook_id: id.clone(), public_key: key.public.clone() };
    let added = catalog.write(move |tx| {
        let webhook = Webhook {
            num: 0,
            id: id.clone(),
            site: crate::sites::site(tx, &site_id)?.num,
            url: url.clone(),
            kinds: EventKind::ALL
                .iter()
                .filter(|kind| events.contains(kind))
                .map(|kind| kind.name().to_owned())
                .collect(),
            created: now,
            failing: None,
            disabled: None,
            note: None,
            missed: None,
        };
        let num = webhooks::add(tx, &webhook)?;
        webhooks::add_key(tx, num, &key)?;
        webhooks::activate_key(tx, num)?;
        who.note(tx, Action::WebhookAdd, &webhook, json!({ "events": webhook.kinds }))
    });
    added.await?;
    Ok(reply)
}

/// The webhooks within reach.
pub async fn list(catalog: &Catalog, who: Administrator) -> Result<wire::ListWebhooksReply> {
    let listed = catalog.read(move |tx| {
        let site = who.site.as_deref().map(|id| crate::sites::site(tx, id)).transpose()?;
        let found = webhooks::list(tx, site.map(|site| site.num))?;
        let webhooks = found.into_iter().map(|webhook| shown(tx, webhook)).collect::<Result<_>>()?;
        Ok::<_, Error>(wire::ListWebhooksReply { webhooks })
    });
    listed.await
}

fn shown(tx: &Tx<'_>, webhook: Webhook) -> Result<wire::Webhook> {
    Ok(wire::Webhook {
        site_id: catalog::sites::by_num(tx, webhook.site)?.map(|site| site.id).unwrap_or_default(),
        public_key: webhooks::signing_key(tx, webhook.num)?.map(|key| key.public).unwrap_or_default(),
        next_public_key: webhooks::next_key(tx, webhook.num)?.map(|key| key.public),
        webhook_id: webhook.id,
        url: webhook.url,
        events: webhook.kinds,
        created_date: Timestamp { millis: webhook.created },
        enabled: webhook.disabled.is_none(),
        failing_since: webhook.failing.map(|millis| Timestamp { millis }),
        note: webhook.note,
    })
}

/// Removes a webhook; what is on its way to it is dropped.
pub async fn remove(catalog: &Catalog, who: Administrator, id: String) -> Result<EmptyReply> {
    let removed = catalog.write(move |tx| {
        let webhook = who.find(tx, &id)?;
        who.note(tx, Action::WebhookRemove, &webhook, Value::Null)?;
        Ok::<_, Error>(webhooks::remove(tx, webhook.num)?)
    });
    removed.await.map(|()| EmptyReply {})
}

/// Makes the key that will sign next; or lets the one that was made sign from now on.
pub async fn rotate(
    catalog: &Catalog,
    who: Administrator,
    id: String,
    activate: bool,
) -> Result<wire::KeyReply> {
    let new = if activate { None } else { Some(keys::generate(who.now).await?) };
    let rotated = catalog.write(move |tx| {
        let found = who.find(tx, &id)?;
        who.note(tx, Action::WebhookKey, &found, json!({ "activated": activate }))?;
        let webhook = found.num;
        let key = match &new {
            Some(key) => {
                webhooks::add_key(tx, webhook, key)?;
                Some(key.clone())
            }
            None => webhooks::next_key(tx, webhook)?,
        };
        let key = key.ok_or_else(|| {
            refused(Code::NoNextKey, "no key of this webhook waits to be activated; make one first")
        })?;
        if activate {
            webhooks::activate_key(tx, webhook)?;
        }
        Ok::<_, Error>(wire::KeyReply { key_id: key.id, public_key: key.public, active: activate })
    });
    rotated.await
}

/// What was sent to a webhook, the latest first.
pub async fn deliveries(
    catalog: &Catalog,
    who: Administrator,
    request: wire::ListDeliveriesRequest,
) -> Result<wire::ListDeliveriesReply> {
    let before = match request.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => cursor.parse().map_err(|_| {
            invalid(Code::InvalidCursor, "cursor", "`cursor` is the `next` of the page before")
        })?,
        None => i64::MAX,
    };
    let limit = request.limit.unwrap_or(USUAL_PAGE);
    let listed = catalog.read(move |tx| {
        let webhook = who.find(tx, request.webhook_id.as_deref().unwrap_or_default())?.num;
        let page = deliveries::list(tx, webhook, before, limit)?;
        let last = page.last().filter(|_| page.len() as i64 == limit);
        let next = last.map(|(delivery, _)| delivery.event.to_string()).unwrap_or_default();
        Ok::<_, Error>(wire::ListDeliveriesReply { deliveries: page.into_iter().map(told).collect(), next })
    });
    listed.await
}

fn told((delivery, event): deliveries::Told) -> wire::Delivery {
    let (kind, id, entity) = match event {
        Some(event) => (Some(event.kind), Some(event.id), Some(event.entity)),
        None => (None, None, None),
    };
    wire::Delivery {
        delivery_id: delivery.num.to_string(),
        event: kind,
        event_id: id,
        entity_id: entity,
        state: match delivery.state {
            State::Waiting => wire::DeliveryState::Waiting,
            State::Delivered => wire::DeliveryState::Delivered,
            State::GivenUp => wire::DeliveryState::GivenUp,
        },
        attempts: delivery.attempts,
        status: delivery.status,
        error: delivery.error,
        next_attempt: (delivery.state == State::Waiting).then_some(Timestamp { millis: delivery.due }),
        ended_date: delivery.ended.map(|millis| Timestamp { millis }),
    }
}

/// Sends again: one delivery; or all that was given up and whatever happened while the webhook was switched off, which
/// switches it on.
pub async fn replay(
    catalog: &Catalog,
    who: Administrator,
    request: wire::ReplayRequest,
) -> Result<wire::ReplayReply> {
    let id = request.webhook_id.unwrap_or_default();
    let delivery = request.delivery_id.filter(|delivery| !delivery.is_empty());
    let (now, one) = (who.now, delivery.is_some());
    let begun = catalog.write(move |tx| {
        let webhook = who.find(tx, &id)?;
        if let Some(text) = &delivery {
            let again = text.parse().map_or(Ok(false), |num| deliveries::again(tx, webhook.num, num, now))?;
            if !again {
                let text = contract::values::shortened(text);
                return Err(refused(Code::WebhookNotFound, format!("the webhook has no delivery `{text}`")));
            }
        }
        webhooks::forgive(tx, webhook.num)?;
        who.note(tx, Action::WebhookReplay, &webhook, json!({ "deliveryId": delivery }))?;
        Ok(webhook)
    });
    let webhook = begun.await?;
    if one {
        return Ok(wire::ReplayReply { replayed: 1 });
    }
    let num = webhook.num;
    let mut replayed = 0;
    while let again @ 1.. = catalog.write(move |tx| deliveries::again_given_up(tx, num, BATCH, now)).await? {
        replayed += again as u64;
    }
    // In steps that each remember how far they came; the last one, which finds nothing more, switches it on.
    while let Some(sent) = catalog.write(move |tx| catch_up(tx, num)).await? {
        replayed += sent as u64;
    }
    Ok(wire::ReplayReply { replayed })
}

/// Sends some of what a webhook missed; `None` when it has missed nothing more, and is on.
fn catch_up(tx: &Tx<'_>, num: i64) -> catalog::Result<Option<usize>> {
    let webhook = webhooks::by_num(tx, num)?;
    let Some((webhook, after)) = webhook.and_then(|webhook| webhook.missed.map(|after| (webhook, after)))
    else {
        return Ok(None);
    };
    match deliveries::catch_up(tx, &webhook, after, BATCH)? {
        (sent, Some(next)) => {
            webhooks::set_missed(tx, num, next)?;
            Ok(Some(sent))
        }
        (_, None) => {
            webhooks::enable(tx, num)?;
            Ok(None)
        }
    }
}
