//! Work that nobody waits for: put into the queue by the transaction that makes it necessary, done by workers.

mod run;

pub(crate) use run::{Held, jittered, renew, work};

use catalog::Tx;
use catalog::files::Buried;
use catalog::jobs::Lane;
use contract::files::ExternalInfo;
use serde::{Deserialize, Serialize};

use crate::error::{Result, internal};
use crate::imports::Import;

/// What a job is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Work {
    /// Find out what is in a file.
    Process {
        /// Its number.
        file: i64,
        /// What the caller wants to see again in the event.
        external_info: Option<ExternalInfo>,
    },
    /// Fetch the bytes of a file.
    Import(Box<Import>),
    /// Remove the bytes of a file that was deleted for good.
    Purge {
        /// Its number.
        file: i64,
        /// Its id, whose variants go too; jobs of earlier versions lack it.
        #[serde(default)]
        id: String,
        /// Keys in the storage.
        blobs: Vec<String>,
    },
}

impl From<Buried> for Work {
    fn from(buried: Buried) -> Work {
        Work::Purge { file: buried.file, id: buried.id.to_string(), blobs: buried.blobs }
    }
}

impl Work {
    fn kind(&self) -> &'static str {
        match self {
            Work::Process { .. } => "process",
            Work::Import(_) => "import",
            Work::Purge { .. } => "purge",
        }
    }

    fn lane(&self) -> Lane {
        match self {
            Work::Process { .. } | Work::Purge { .. } => Lane::Work,
            Work::Import(_) => Lane::Fetch,
        }
    }
}

/// Puts work into the queue, in the transaction that makes it necessary.
pub(crate) fn enqueue(tx: &Tx<'_>, work: &Work, now: i64) -> Result<()> {
    let payload = serde_json::to_string(work).map_err(internal)?;
    catalog::jobs::enqueue(tx, work.lane(), work.kind(), &payload, now, now)?;
    Ok(())
}
