//! Readers: each takes a draught of waiting operations and runs them on one state of the database.

use crossbeam_channel::Receiver;
use rusqlite::Connection;

use super::operation::Operation;
use crate::error::Error;
use crate::tx::Tx;

/// Operations that one reader takes at once; more would let a slow one delay too many.
const DRAUGHT: usize = 16;

/// Reads until the queue ends.
pub(super) fn run(connection: &Connection, queue: &Receiver<Box<dyn Operation>>, readers: usize) {
    while let Ok(first) = queue.recv() {
        // Whoever is in this draught asked before the snapshot is taken, so nobody reads the past. What the other readers
        // could run meanwhile is left to them.
        let share = (queue.len() / readers).min(DRAUGHT - 1);
        let mut draught = vec![first];
        draught.extend(queue.try_iter().take(share));
        let begun = connection.prepare_cached("BEGIN").and_then(|mut begin| begin.execute([]));
        let outcome = begun.map(|_| ()).map_err(Error::from);
        let tx = Tx::new(connection);
        for mut operation in draught {
            if outcome.is_ok() {
                operation.run(&tx);
            }
            operation.answer(&outcome);
        }
        if !connection.is_autocommit() {
            let ended = connection.prepare_cached("COMMIT").and_then(|mut end| end.execute([]));
            if let Err(error) = ended {
                tracing::warn!(%error, "a read transaction did not end");
            }
        }
    }
}
