//! The audit log: who did what, written by the transaction of what was done.

use crate::error::Result;
use crate::tx::{Row, Tx, Value, values};

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Position in the log; given by the log.
    pub seq: i64,
    /// When.
    pub time: i64,
    /// On which site; none: it was about none, or about all.
    pub site: Option<i64>,
    /// What.
    pub action: String,
    /// To what.
    pub entity: String,
    /// What kind of caller, as the wire spells it.
    pub who_type: String,
    /// Which caller.
    pub who: String,
    /// The API key that it came by.
    pub key: Option<String>,
    /// Where it came from.
    pub address: Option<String>,
    /// The request that it was part of.
    pub request: Option<String>,
    /// The rest, as the manager wrote it.
    pub detail: Option<String>,
}

const COLUMNS: &str = "seq, time, site, action, entity, who_type, who, key, address, request, detail";

fn entry(row: &Row<'_>) -> Result<Entry> {
    Ok(Entry {
        seq: row.get(0)?,
        time: row.get(1)?,
        site: row.get(2)?,
        action: row.get(3)?,
        entity: row.get(4)?,
        who_type: row.get(5)?,
        who: row.get(6)?,
        key: row.get(7)?,
        address: row.get(8)?,
        request: row.get(9)?,
        detail: row.get(10)?,
    })
}

/// Appends to the log; `seq` of the entry is ignored.
pub fn append(tx: &Tx<'_>, entry: &Entry) -> Result<()> {
    let sql = "INSERT INTO audit (time, site, action, entity, who_type, who, key, address, request, detail)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    tx.execute(
        sql,
        values![
            entry.time,
            entry.site,
            &entry.action,
            &entry.entity,
            &entry.who_type,
            &entry.who,
            entry.key.as_deref(),
            entry.address.as_deref(),
            entry.request.as_deref(),
            entry.detail.as_deref(),
        ],
    )?;
    Ok(())
}

/// What to look for; what is `None` doesn't matter.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// On this site; none: on any.
    pub site: Option<i64>,
    /// To this.
    pub entity: Option<String>,
    /// By this caller.
    pub who: Option<String>,
    /// Not earlier.
    pub from: Option<i64>,
    /// Earlier.
    pub until: Option<i64>,
    /// Before this one: its time and position.
    pub before: Option<(i64, i64)>,
}

/// Entries that fit, the latest first, at most `most`.
pub fn page(tx: &Tx<'_>, asked: &Asked, most: i64) -> Result<Vec<Entry>> {
    let mut conditions = Vec::new();
    let mut values: Vec<Value<'_>> = vec![most.into()];
    let given = [
        ("site =", asked.site.map(Value::from)),
        ("entity =", asked.entity.as_ref().map(Value::from)),
        ("who =", asked.who.as_ref().map(Value::from)),
        ("time >=", asked.from.map(Value::from)),
        ("time <", asked.until.map(Value::from)),
    ];
    for (condition, value) in given.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        values.push(value);
        conditions.push(format!("{condition} ?{}", values.len()));
    }
    if let Some((time, seq)) = asked.before {
        values.extend([Value::from(time), Value::from(seq)]);
        conditions.push(format!("(time, seq) < (?{}, ?{})", values.len() - 1, values.len()));
    }
    let fit =
        if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    let sql = format!("SELECT {COLUMNS} FROM audit {fit} ORDER BY time DESC, seq DESC LIMIT ?1");
    tx.query(&sql, &values, entry)
}

/// Forgets the oldest entries from before `before`, at most `most`; how many.
pub fn sweep(tx: &Tx<'_>, before: i64, most: i64) -> Result<usize> {
    let sql = "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE time < ?1 ORDER BY time LIMIT ?2)";
    tx.execute(sql, values![before, most])
}
