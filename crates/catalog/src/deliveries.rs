//! Events on their way to webhooks: put there by the transaction of the event, tried until they have arrived.
//!
//! What one webhook hears of one entity goes in its order: a delivery waits for those before it.

use crate::error::Result;
use crate::events::{self, Event};
use crate::tx::{Row, Tx, values};
use crate::versions::Topic;
use crate::webhooks::{Webhook, wanting};

/// How far a delivery has come. The numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits, or is under way.
    Waiting = 0,
    /// Arrived.
    Delivered = 1,
    /// Was tried for too long.
    GivenUp = 2,
}

/// An event on its way to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Number in this catalog.
    pub num: i64,
    /// Number of the webhook.
    pub webhook: i64,
    /// Position of the event in the log.
    pub event: i64,
    /// How far it has come.
    pub state: State,
    /// When it is tried next; for one under way: when its lease ends.
    pub due: i64,
    /// How often it was tried, the running attempt included.
    pub attempts: i64,
    /// When it was to be sent first.
    pub created: i64,
    /// When it arrived or was given up.
    pub ended: Option<i64>,
    /// HTTP status of the last answer.
    pub status: Option<i64>,
    /// What went wrong the last time.
    pub error: Option<String>,
}

const COLUMNS: &str = "num, webhook, event, state, due, attempts, created, ended, status, error";

fn delivery(row: &Row<'_>) -> Result<Delivery> {
    Ok(Delivery {
        num: row.get(0)?,
        webhook: row.get(1)?,
        event: row.get(2)?,
        state: match row.get::<i64>(3)? {
            0 => State::Waiting,
            1 => State::Delivered,
            _ => State::GivenUp,
        },
        due: row.get(4)?,
        attempts: row.get(5)?,
        created: row.get(6)?,
        ended: row.get(7)?,
        status: row.get(8)?,
        error: row.get(9)?,
    })
}

/// Sends an event on its way to everybody who wants it.
pub(crate) fn fan_out(tx: &Tx<'_>, event: &Event) -> Result<()> {
    for webhook in wanting(tx, event.site, &event.kind)? {
        send(tx, webhook, event)?;
    }
    Ok(())
}

/// How many were not on their way already: one or none.
fn send(tx: &Tx<'_>, webhook: i64, event: &Event) -> Result<usize> {
    let sql = "INSERT INTO deliveries (webhook, event, entity, state, due, attempts, created)
               VALUES (?1, ?2, ?3, 0, ?4, 0, ?4) ON CONFLICT (webhook, event) DO NOTHING";
    tx.execute(sql, values![webhook, event.seq, &event.entity, event.time])
}

/// A delivery that may be tried: none before it waits for the same webhook and entity.
const FREE: &str = "d.state = 0 AND d.due <= ?1 AND NOT EXISTS (
    SELECT 1 FROM deliveries e WHERE e.webhook = d.webhook AND e.entity = d.entity AND e.state = 0 AND e.event < d.event)";

/// Webhooks for which something is due.
pub fn due(tx: &Tx<'_>, now: i64) -> Result<Vec<i64>> {
    let sql = "SELECT w.num FROM webhooks w
               WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook = w.num AND d.state = 0 AND d.due <= ?1)";
    tx.query(sql, values![now], |row| row.get(0))
}

/// Leases deliveries to a webhook that are due, at most `most`, until `lease`.
pub fn claim(tx: &Tx<'_>, webhook: i64, most: i64, now: i64, lease: i64) -> Result<Vec<Delivery>> {
    let sql = format!(
        "UPDATE deliveries SET due = ?2, attempts = attempts + 1
         WHERE num IN (SELECT d.num FROM deliveries d WHERE d.webhook = ?3 AND {FREE} ORDER BY d.due, d.event LIMIT ?4)
         RETURNING {COLUMNS}"
    );
    tx.query(&sql, values![now, lease, webhook, most], delivery)
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What it came to.
    pub state: State,
    /// When it is tried again, if it waits.
    pub due: i64,
    /// HTTP status of the answer.
    pub status: Option<i64>,
    /// What went wrong.
    pub error: Option<String>,
}

/// Notes what came of an attempt; `false` when its lease was lost.
pub fn note(tx: &Tx<'_>, delivery: &Delivery, attempt: &Attempt, now: i64) -> Result<bool> {
    let sql = "UPDATE deliveries SET state = ?3, due = ?4, status = ?5, error = ?6, ended = ?7
               WHERE num = ?1 AND due = ?2 AND state = 0";
    let ended = (attempt.state != State::Waiting).then_some(now);
    let Attempt { state, due, status, error } = attempt;
    let state = *state as i64;
    let noted = values![delivery.num, delivery.due, state, *due, *status, error.as_deref(), ended];
    Ok(tx.execute(sql, noted)? == 1)
}

/// Makes every delivery due that somebody had under way, or that waits for its next try: who starts alone on a catalog
/// finds the leases of the dead.
pub fn release(tx: &Tx<'_>, now: i64) -> Result<()> {
    let sql = "UPDATE deliveries SET due = ?1 WHERE state = 0 AND attempts > 0 AND due > ?1";
    tx.execute(sql, values![now])?;
    Ok(())
}

/// Whether anything waits for a webhook.
pub fn any_waiting(tx: &Tx<'_>, webhook: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM deliveries WHERE webhook = ?1 AND state = 0 LIMIT 1";
    Ok(tx.first(sql, values![webhook], |row| row.get::<i64>(0))?.is_some())
}

/// Gives up whatever still waits for a webhook.
pub fn give_up(tx: &Tx<'_>, webhook: i64, now: i64) -> Result<()> {
    let sql = "UPDATE deliveries SET state = 2, ended = ?2 WHERE webhook = ?1 AND state = 0";
    tx.execute(sql, values![webhook, now])?;
    Ok(())
}

/// A delivery, with its event where the log still has it.
pub type Told = (Delivery, Option<Event>);

/// Deliveries to a webhook of events before position `before` of the log, the latest first, at most `most`.
pub fn list(tx: &Tx<'_>, webhook: i64, before: i64, most: i64) -> Result<Vec<Told>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deliveries WHERE webhook = ?1 AND event < ?2 ORDER BY event DESC LIMIT ?3"
    );
    let deliveries = tx.query(&sql, values![webhook, before, most], delivery)?;
    let with_event = |delivery: Delivery| Ok((events::at(tx, delivery.event)?, delivery));
    deliveries
        .into_iter()
        .map(|delivery| with_event(delivery).map(|(event, delivery)| (delivery, event)))
        .collect()
}

/// Sends one delivery again, whatever came of it; `false` when the webhook has no such delivery.
pub fn again(tx: &Tx<'_>, webhook: i64, num: i64, now: i64) -> Result<bool> {
    tx.touch(Topic::Events);
    let sql = "UPDATE deliveries SET state = 0, due = ?3, attempts = 0, ended = NULL, created = ?3
               WHERE num = ?2 AND webhook = ?1";
    Ok(tx.execute(sql, values![webhook, num, now])? == 1)
}

/// Sends again what was given up, at most `most`; how many.
pub fn again_given_up(tx: &Tx<'_>, webhook: i64, most: i64, now: i64) -> Result<usize> {
    tx.touch(Topic::Events);
    let sql = "UPDATE deliveries SET state = 0, due = ?2, attempts = 0, ended = NULL, created = ?2
               WHERE num IN (SELECT num FROM deliveries WHERE webhook = ?1 AND state = 2 LIMIT ?3)";
    tx.execute(sql, values![webhook, now, most])
}

/// Sends what happened after position `after` of the log and was never sent, looking at `most` events at the most; how
/// many were sent, and where to go on.
pub fn catch_up(tx: &Tx<'_>, webhook: &Webhook, after: i64, most: i64) -> Result<(usize, Option<i64>)> {
    tx.touch(Topic::Events);
    let events = events::since(tx, after, most)?;
    let mut sent = 0;
    for event in events.iter().filter(|event| event.site == webhook.site) {
        if webhook.kinds.contains(&event.kind) {
            sent += send(tx, webhook.num, event)?;
        }
    }
    Ok((sent, events.last().map(|event| event.seq)))
}

/// Forgets deliveries that ended before `before`, at most `most`; how many.
pub fn sweep(tx: &Tx<'_>, before: i64, most: i64) -> Result<usize> {
    let sql = "DELETE FROM deliveries WHERE num IN
               (SELECT num FROM deliveries WHERE state > 0 AND ended < ?1 ORDER BY ended LIMIT ?2)";
    tx.execute(sql, values![before, most])
}
