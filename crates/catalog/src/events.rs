//! The event log: written by the transaction of what it tells, read by whoever delivers it.

use crate::deliveries::fan_out;
use crate::error::Result;
use crate::tx::{Row, Tx, values};
use crate::versions::Topic;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Position in the log; given by the log.
    pub seq: i64,
    /// A UUID, for those who must recognise a repetition.
    pub id: String,
    /// The site it happened on.
    pub site: i64,
    /// `file_ready` and the like.
    pub kind: String,
    /// What it happened to.
    pub entity: String,
    /// Counts the events of the entity.
    pub sequence: i64,
    /// When.
    pub time: i64,
    /// The rest, as the manager wrote it.
    pub body: String,
}

fn event(row: &Row<'_>) -> Result<Event> {
    Ok(Event {
        seq: row.get(0)?,
        id: row.get(1)?,
        site: row.get(2)?,
        kind: row.get(3)?,
        entity: row.get(4)?,
        sequence: row.get(5)?,
        time: row.get(6)?,
        body: row.get(7)?,
    })
}

const COLUMNS: &str = "seq, id, site, kind, entity, sequence, time, body";

/// Appends to the log, and sends it on its way to the webhooks that want it; `seq` of the event is ignored.
pub fn append(tx: &Tx<'_>, event: &Event) -> Result<()> {
    let sql = "INSERT INTO events (id, site, kind, entity, sequence, time, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               RETURNING seq";
    let Event { id, site, kind, entity, sequence, time, body, .. } = event;
    let seq = tx.one(sql, values![id, *site, kind, entity, *sequence, *time, body], |row| row.get(0))?;
    tx.touch(Topic::Events);
    fan_out(tx, &Event { seq, ..event.clone() })
}

/// Position of the last event; 0 when there has been none.
pub fn last(tx: &Tx<'_>) -> Result<i64> {
    Ok(tx.one("SELECT MAX(seq) FROM events", &[], |row| row.get::<Option<i64>>(0))?.unwrap_or(0))
}

/// The event at position `seq`.
pub fn at(tx: &Tx<'_>, seq: i64) -> Result<Option<Event>> {
    tx.first(&format!("SELECT {COLUMNS} FROM events WHERE seq = ?1"), values![seq], event)
}

/// Events after position `seq`, in order, at most `most`.
pub fn since(tx: &Tx<'_>, seq: i64, most: i64) -> Result<Vec<Event>> {
    let sql = format!("SELECT {COLUMNS} FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    tx.query(&sql, values![seq, most], event)
}

/// Forgets the oldest events, if they are from before `before`, at most `most`; how many.
pub fn sweep(tx: &Tx<'_>, before: i64, most: i64) -> Result<usize> {
    // The log is in the order of its commits, so nearly in that of time: what is a little out of order goes a little later.
    let sql = "DELETE FROM events WHERE seq IN (SELECT seq FROM events ORDER BY seq LIMIT ?2) AND time < ?1";
    tx.execute(sql, values![before, most])
}
