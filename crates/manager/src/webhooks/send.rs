//! Deliveries: what is due is sent, several at a time to each receiver, and a receiver that fails delays nobody else.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use catalog::deliveries::{self, Attempt, Delivery, State};
use catalog::events::{self, Event};
use catalog::webhooks::{self, SigningKey, Webhook};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use outbound::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use outbound::{Method, StatusCode, Url};
use serde::Serialize;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::Manager;
use crate::error::{Error, Result, internal};
use crate::events::domain_event;
use crate::jobs::jittered;

/// Messages on their way to one receiver at a time.
const AT_A_TIME: usize = 8;
/// How long an attempt is this process's own, beyond the time that it may take.
const LEASE: Duration = Duration::from_secs(15);
/// How often the queue is looked at when nothing tells of events: attempts come due, other processes add some.
const PATIENCE: Duration = Duration::from_millis(500);
/// Events that come this close together are looked up together.
const GATHER: Duration = Duration::from_millis(5);
/// How long a signature is good, in seconds. Every attempt has a new one.
const SIGNED_FOR: i64 = 3600;
/// Waits after failed attempts; the last one is repeated.
const WAITS: [u64; 7] = [1, 4, 15, 60, 240, 900, 3600];

/// Sends what is due until `stop` is cancelled; attempts that run then are finished.
pub(crate) async fn send_all(manager: &Manager, stop: CancellationToken) {
    let mut told = manager.catalog().events();
    let mut running: JoinSet<i64> = JoinSet::new();
    let mut busy: HashMap<i64, usize> = HashMap::new();
    loop {
        if let Err(error) = start_due(manager, &mut running, &mut busy).await {
            tracing::warn!(%error, "webhooks could not be looked up and are tried again");
        }
        tokio::select! {
            () = stop.cancelled() => break,
            changed = told.changed() => match changed {
                Ok(()) => tokio::time::sleep(GATHER).await,
                Err(_) => break,
            },
            Some(ended) = running.join_next() => free(&mut busy, ended),
            () = tokio::time::sleep(PATIENCE) => {}
        }
        while let Some(ended) = running.try_join_next() {
            free(&mut busy, ended);
        }
    }
    while running.join_next().await.is_some() {}
}

fn free(busy: &mut HashMap<i64, usize>, ended: Result<i64, tokio::task::JoinError>) {
    match ended {
        Ok(webhook) => {
            if let Some(count) = busy.get_mut(&webhook) {
                *count = count.saturating_sub(1);
            }
        }
        Err(error) => tracing::error!(%error, "an attempt to reach a webhook panicked"),
    }
}

/// Starts attempts for what is due, as far as receivers have room.
async fn start_due(
    manager: &Manager,
    running: &mut JoinSet<i64>,
    busy: &mut HashMap<i64, usize>,
) -> Result<()> {
    let now = manager.now();
    for num in manager.catalog().read(move |tx| deliveries::due(tx, now)).await? {
        let under_way = busy.entry(num).or_default();
        let room = AT_A_TIME.saturating_sub(*under_way);
        if room == 0 {
            continue;
        }
        let lease = now + (LEASE + manager.settings().webhooks.timeout).as_millis() as i64;
        let claimed = manager.catalog().write(move |tx| {
            let deliveries = deliveries::claim(tx, num, room as i64, now, lease)?;
            let events = deliveries.iter().map(|delivery| events::at(tx, delivery.event));
            let events: Vec<Option<Event>> = events.collect::<catalog::Result<_>>()?;
            let receiver = Receiver::find(tx, num)?;
            Ok::<_, Error>((receiver, deliveries.into_iter().zip(events).collect::<Vec<_>>()))
        });
        let (receiver, claimed) = claimed.await?;
        let Some(receiver) = receiver else { continue };
        *under_way += claimed.len();
        for (delivery, event) in claimed {
            let (manager, receiver) = (manager.clone(), receiver.clone());
            running.spawn(async move {
                if let Err(error) = deliver(&manager, &receiver, &delivery, event).await {
                    tracing::warn!(%error, "what came of an attempt could not be noted; it is repeated");
                }
                delivery.webhook
            });
        }
    }
    Ok(())
}

/// Everything that a message needs to know of its receiver.
#[derive(Clone)]
struct Receiver {
    webhook: Webhook,
    site_id: String,
    key: SigningKey,
}

impl Receiver {
    fn find(tx: &catalog::Tx<'_>, num: i64) -> catalog::Result<Option<Receiver>> {
        let Some(webhook) = webhooks::by_num(tx, num)? else { return Ok(None) };
        let site = catalog::sites::by_num(tx, webhook.site)?;
        let key = webhooks::signing_key(tx, num)?;
        Ok(site.zip(key).map(|(site, key)| Receiver { webhook, site_id: site.id, key }))
    }
}

/// What came of an attempt.
struct Outcome {
    status: Option<StatusCode>,
    error: Option<String>,
}

async fn deliver(
    manager: &Manager,
    receiver: &Receiver,
    delivery: &Delivery,
    event: Option<Event>,
) -> Result<()> {
    let outcome = match event {
        Some(event) => attempt(manager, receiver, &event).await?,
        None => Outcome { status: None, error: Some("the log doesn't hold the event any more".to_owned()) },
    };
    let now = manager.now();
    let patience = manager.settings().webhooks.give_up.as_millis() as i64;
    let tries = usize::try_from(delivery.attempts - 1).unwrap_or(0).min(WAITS.len() - 1);
    let wait = jittered(Duration::from_secs(WAITS[tries]), delivery.num).as_millis() as i64;
    // The last attempt comes at the very end of the time that there is.
    let end = delivery.created + patience;
    let (due, since) = ((now + wait).min(end), delivery.created);
    let state = match outcome.error {
        None => State::Delivered,
        Some(_) if now >= end => State::GivenUp,
        Some(_) => State::Waiting,
    };
    let status = outcome.status.map(|status| i64::from(status.as_u16()));
    let attempt = Attempt { state, due, status, error: outcome.error };
    let (delivery, num) = (delivery.clone(), receiver.webhook.num);
    let noted = manager.catalog().write(move |tx| {
        if !deliveries::note(tx, &delivery, &attempt, now)? {
            return Ok::<_, catalog::Error>(false);
        }
        if attempt.state == State::Delivered {
            webhooks::forgive(tx, num)?;
            return Ok(false);
        }
        let failing = webhooks::failed(tx, num, since)?;
        if now - failing < patience {
            // What comes after a silence is tried for as long as anything else.
            if attempt.state == State::GivenUp && !deliveries::any_waiting(tx, num)? {
                webhooks::forgive(tx, num)?;
            }
            return Ok(false);
        }
        let note = format!("no answer was 200 in time for {}", in_words(patience));
        webhooks::disable(tx, num, &note, now)?;
        deliveries::give_up(tx, num, now)?;
        Ok(true)
    });
    if noted.await? {
        tracing::warn!(
            webhook = receiver.webhook.id,
            "a webhook is switched off: it has failed for too long"
        );
    }
    Ok(())
}

/// A time in its largest whole unit.
fn in_words(millis: i64) -> String {
    let units = [(3_600_000, "hour"), (60_000, "minute"), (1000, "second")];
    let fits = |(unit, _): &&(i64, &str)| millis >= *unit && millis % unit == 0;
    let (unit, name) = units.iter().find(fits).copied().unwrap_or((1, "millisecond"));
    let count = millis / unit;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// Sends one message. Anything but 200 in time is a failure (CONTRACT 6.4).
async fn attempt(manager: &Manager, receiver: &Receiver, event: &Event) -> Result<Outcome> {
    let message = domain_event(manager, &receiver.site_id, event)?.nested(&receiver.site_id);
    let body = signed(&receiver.key, message, manager.now() / 1000)?;
    let url = Url::parse(&receiver.webhook.url).map_err(internal)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    let timeout = manager.settings().webhooks.timeout;
    let sent = manager.outside().send(Method::POST, &url, headers, Bytes::from(body));
    Ok(match tokio::time::timeout(timeout, sent).await {
        Ok(Ok(response)) => {
            let status = response.status();
            let error = (status != StatusCode::OK).then(|| format!("the receiver answered {status}"));
            Outcome { status: Some(status), error }
        }
        Ok(Err(error)) => Outcome { status: None, error: Some(error.to_string()) },
        Err(_) => {
            let text = format!("the receiver took longer than {} ms", timeout.as_millis());
            Outcome { status: None, error: Some(text) }
        }
    })
}

#[derive(Serialize)]
struct Claims {
    data: String,
    iat: i64,
    exp: i64,
}

fn signed(key: &SigningKey, data: String, now: i64) -> Result<String> {
    let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::RS256) };
    let secret = EncodingKey::from_rsa_pem(&key.secret).map_err(internal)?;
    encode(&header, &Claims { data, iat: now, exp: now + SIGNED_FOR }, &secret).map_err(internal)
}
