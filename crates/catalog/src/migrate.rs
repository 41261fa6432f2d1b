//! Migrations: numbered steps, each run once, in order.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Error, Result};
use crate::folders;
use crate::tx::Tx;

const STEPS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002_search.sql"),
    include_str!("migrations/0003_documents.sql"),
    include_str!("migrations/0004_resumables.sql"),
    include_str!("migrations/0005_webhooks.sql"),
    include_str!("migrations/0006_trees.sql"),
    include_str!("migrations/0007_access.sql"),
    include_str!("migrations/0008_audit.sql"),
    include_str!("migrations/0009_revoked_sessions.sql"),
    include_str!("migrations/0010_numbers.sql"),
    include_str!("migrations/0011_grants.sql"),
    include_str!("migrations/0012_presets.sql"),
    include_str!("migrations/0013_transcodes.sql"),
    include_str!("migrations/0014_contents.sql"),
    include_str!("migrations/0015_likenesses.sql"),
    include_str!("migrations/0016_annotations.sql"),
];
/// The step after which folders get what lists go by: only this program knows how names are folded.
const FOLDERS_ARE_LISTED: usize = 6;

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
    for (number, step) in (1..).zip(STEPS).skip(done) {
        transaction.execute_batch(step)?;
        if number == FOLDERS_ARE_LISTED {
            folders::fill_keys(&Tx::new(&transaction))?;
        }
    }
    transaction.pragma_update(None, "user_version", STEPS.len() as i64)?;
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_one_site_stays_with_it() {
        let mut connection = Connection::open_in_memory().expect("a database");
        let before = STEPS.iter().position(|step| step.contains("CREATE TABLE key_sites")).expect("the step");
        for step in &STEPS[..before] {
            connection.execute_batch(step).expect("a step");
        }
        let rows = "INSERT INTO sites (num, id, name, prefix, created) VALUES (7, 's', 'S', 'aaaaaa', 1);
                    INSERT INTO api_keys VALUES (3, 'k', 7, 'K', x'01', '[]', 1, 2, NULL);";
        connection.execute_batch(rows).expect("rows");
        connection.pragma_update(None, "user_version", before as i64).expect("a version");
        migrate(&mut connection).expect("the rest");
        let sql = "SELECT id, site, expires FROM api_keys JOIN key_sites ON key = num";
        let row = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        assert_eq!(row.expect("the key"), ("k".to_owned(), 7, 2));
    }
}
