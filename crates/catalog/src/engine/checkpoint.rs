//! Checkpoints: what was committed into SQLite's log is moved into the database.
//!
//! SQLite would do it in the commit that makes the log too long, and everybody would wait for the disk. Here a thread does
//! it while the writer goes on. The log can start over from its beginning only when all of it was moved, which never
//! comes to pass while somebody always writes and somebody always reads; so once in a while the writer is asked to stop
//! for the short rest.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::Receiver;
use rusqlite::Connection;

use crate::error::Result;

/// Pages in the log that are worth a move: 16 MB.
const WORTH_MOVING: i64 = 4 << 10;
/// Pages after which the log should start over: 64 MB.
const LONG: i64 = 16 << 10;
/// A rest that is short enough for the writer to move while others wait: 4 MB.
const SHORT_REST: i64 = 1 << 10;
/// Moves in a row that try to get there.
const ROUNDS: usize = 3;
/// How long commits are gathered.
const GATHER: Duration = Duration::from_millis(100);

/// Pages of the log.
struct Log {
    all: i64,
    moved: i64,
}

/// Moves what was logged, until the writer has stopped. Each message says that something was committed.
pub(super) fn run(connection: &Connection, logged: &Receiver<()>, restart: &AtomicBool) {
    while logged.recv().is_ok() {
        std::thread::sleep(GATHER);
        if let Err(error) = checkpoint(connection, restart) {
            // The log only gets longer; the next round tries again.
            tracing::warn!(%error, "the log could not be moved into the database");
        }
    }
}

fn checkpoint(connection: &Connection, restart: &AtomicBool) -> Result<()> {
    let mut log = pragma(connection, "NOOP")?;
    for _ in 0..ROUNDS {
        if log.all - log.moved < WORTH_MOVING {
            break;
        }
        pragma(connection, "PASSIVE")?;
        log = pragma(connection, "NOOP")?;
        if log.all - log.moved < SHORT_REST {
            break;
        }
    }
    if log.all > LONG {
        restart.store(true, Ordering::Relaxed);
    }
    Ok(())
}

/// Moves the rest and lets the log start over; nothing when a reader takes too long. For the writer.
pub(super) fn start_over(connection: &Connection) -> Result<()> {
    connection.busy_timeout(Duration::from_millis(50))?;
    let done = pragma(connection, "RESTART");
    connection.busy_timeout(Duration::from_secs(10))?;
    done.map(|_| ())
}

fn pragma(connection: &Connection, mode: &str) -> Result<Log> {
    let mut statement = connection.prepare_cached(&format!("PRAGMA wal_checkpoint({mode})"))?;
    Ok(statement.query_row([], |row| Ok(Log { all: row.get(1)?, moved: row.get(2)? }))?)
}
