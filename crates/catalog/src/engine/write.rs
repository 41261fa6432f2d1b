//! The writer: all operations that wait, in one transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use rusqlite::Connection;
use tokio::sync::watch;

use super::checkpoint;
use super::operation::Operation;
use crate::error::Result;
use crate::search;
use crate::tx::Tx;
use crate::versions::Versions;

/// Operations committed together at the most.
const GROUP: usize = 256;
/// How often changes by other processes are looked for.
const LOOK_AROUND: Duration = Duration::from_millis(200);

pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) queue: Receiver<Box<dyn Operation>>,
    pub(super) versions: Arc<Versions>,
    pub(super) changed: watch::Sender<u64>,
    /// Told after each commit.
    pub(super) logged: Sender<()>,
    /// Whether the log is to start over.
    pub(super) restart: Arc<AtomicBool>,
}

impl Writer {
    /// Writes until the queue ends.
    pub(super) fn run(self) {
        let mut seen = self.version();
        let mut look = Instant::now() + LOOK_AROUND;
        loop {
            let mut group = Vec::new();
            match self.queue.recv_deadline(look) {
                Ok(first) => group.push(first),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let idle = group.is_empty();
            if !idle {
                group.extend(self.queue.try_iter().take(GROUP - 1));
                self.write(group);
            }
            self.tend_to_search(idle);
            if self.restart.swap(false, Ordering::Relaxed)
                && let Err(error) = checkpoint::start_over(&self.connection)
            {
                tracing::warn!(%error, "the log could not start over");
            }
            if Instant::now() >= look {
                look = Instant::now() + LOOK_AROUND;
                // The number moves with commits of other connections only, and this one is the only writer here.
                let now = self.version();
                if now != seen {
                    seen = now;
                    self.versions.advance_all();
                    self.changed.send_modify(|count| *count += 1);
                }
            }
        }
        // Readers of the file find everything in the database itself; not needed for safety, so a failure is no matter.
        let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    fn write(&self, mut group: Vec<Box<dyn Operation>>) {
        let mut outcome = self.transaction(|tx| run_together(tx, &mut group));
        if matches!(outcome, Ok(Ran::OneFailed)) {
            outcome = self.transaction(|tx| self.run_apart(tx, &mut group));
        }
        let outcome = outcome.map(|_| ());
        for operation in group {
            operation.answer(&outcome);
        }
    }

    /// Runs `work` in a transaction, which is undone unless all of it ran.
    fn transaction(&self, work: impl FnOnce(&Tx<'_>) -> Result<Ran>) -> Result<Ran> {
        if !self.connection.is_autocommit() {
            // The disk was so full that even undoing failed.
            self.execute("ROLLBACK")?;
        }
        self.execute("BEGIN IMMEDIATE")?;
        let tx = Tx::new(&self.connection);
        let done = work(&tx).and_then(|ran| {
            if matches!(ran, Ran::All) {
                self.execute("COMMIT")?;
                self.versions.advance(&tx.touched());
                // Full means that it was told already.
                let _ = self.logged.try_send(());
            }
            Ok(ran)
        });
        // After a failed commit nobody knows what is on the disk: the group is undone and told so, never tried again.
        if !self.connection.is_autocommit()
            && let Err(error) = self.execute("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be undone");
        }
        done
    }

    /// Runs each operation in a savepoint, which is undone if it fails.
    fn run_apart(&self, tx: &Tx<'_>, group: &mut [Box<dyn Operation>]) -> Result<Ran> {
        for operation in group {
            self.execute("SAVEPOINT operation")?;
            let stays = operation.run(tx);
            tx.given_up()?;
            if !stays {
                self.execute("ROLLBACK TO operation")?;
            }
            self.execute("RELEASE operation")?;
        }
        Ok(Ran::All)
    }

    /// Brings the search index up to date: a little behind while there is other work, wholly in an idle moment.
    fn tend_to_search(&self, idle: bool) {
        let due = || -> Result<bool> {
            let tx = Tx::new(&self.connection);
            if idle {
                Ok(!search::is_tidy(&tx)?)
            } else {
                Ok(search::unindexed(&tx)? == search::MOST_UNINDEXED)
            }
        };
        let tended = (|| -> Result<()> {
            while due()? {
                self.transaction(|tx| search::tend(tx).map(|()| Ran::All))?;
                // Somebody waits: a backlog is worked off between them, not before them.
                if !idle || !self.queue.is_empty() {
                    break;
                }
            }
            Ok(())
        })();
        if let Err(error) = tended {
            // Searches look at what is unindexed one by one; the next round tries again.
            tracing::warn!(%error, "the search index could not be brought up to date");
        }
    }

    fn version(&self) -> i64 {
        self.connection.pragma_query_value(None, "data_version", |row| row.get(0)).unwrap_or_default()
    }

    fn execute(&self, sql: &str) -> Result<()> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

/// What became of a transaction.
enum Ran {
    /// Its operations ran, or were undone each for itself.
    All,
    /// One failed after it had written, so all are to be undone and run again, apart.
    OneFailed,
}

/// Runs a group without savepoints, each of which costs a good part of what a small operation does.
fn run_together(tx: &Tx<'_>, group: &mut [Box<dyn Operation>]) -> Result<Ran> {
    for operation in group {
        let before = tx.changes();
        let stays = operation.run(tx);
        tx.given_up()?;
        if !stays && tx.changes() != before {
            return Ok(Ran::OneFailed);
        }
    }
    Ok(Ran::All)
}
