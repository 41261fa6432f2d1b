//! Migrations: numbered steps, each run once, in order.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Error, Result};

const STEPS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002_search.sql"),
    include_str!("migrations/0003_documents.sql"),
    include_str!("migrations/0004_resumables.sql"),
    include_str!("migrations/0005_webhooks.sql"),
];

/// Brings the schema up to date. Safe when two processes start together: the second one finds nothing left to do.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = done as usize;
    if done > STEPS.len() {
        return Err(Error::Corrupt(format!(
            "its schema has version {done}, and this program knows versions up to {}; use a newer program",
            STEPS.len()
        )));
    }
    for step in &STEPS[done..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", STEPS.len() as i64)?;
    Ok(transaction.commit()?)
}
