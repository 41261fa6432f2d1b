//! The work on files: at once where that is quick, else as a job.

mod look;
mod run;

pub(crate) use look::{Finding, look_quickly};
pub(crate) use run::work;

use catalog::Tx;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Result, internal};

/// What a job is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Work {
    /// Find out what is in a file.
    Process {
        /// Its number.
        file: i64,
        /// What the caller wants to see again in the event.
        external_info: Option<Value>,
    },
    /// Remove the bytes of a file that was deleted for good.
    Purge {
        /// Its number.
        file: i64,
        /// Keys in the storage.
        blobs: Vec<String>,
    },
}

impl Work {
    fn kind(&self) -> &'static str {
        match self {
            Work::Process { .. } => "process",
            Work::Purge { .. } => "purge",
        }
    }
}

/// Puts work into the queue, in the transaction that makes it necessary.
pub(crate) fn enqueue(tx: &Tx<'_>, work: &Work, now: i64) -> Result<()> {
    let payload = serde_json::to_string(work).map_err(internal)?;
    catalog::jobs::enqueue(tx, work.kind(), &payload, now, now)?;
    Ok(())
}
