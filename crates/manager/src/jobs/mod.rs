//! Work that nobody waits for: put into the queue by the transaction that makes it necessary, done by workers.

pub mod administer;
mod run;

pub(crate) use run::{Held, end, jittered, renew, work};

use catalog::Tx;
use catalog::files::Buried;
use catalog::jobs::{Lane, NewJob};
use contract::files::ExternalInfo;
use serde::{Deserialize, Serialize};

use crate::error::{Result, internal};
use crate::imports::Import;

/// How long what can be used already waits for what can't, in milliseconds: long enough for any queue that ends.
const IMPROVING_WAITS: i64 = 60 * 60 * 1000;
/// The same for what is in all sizes already, and shall be smaller.
const RECODING_WAITS: i64 = 24 * IMPROVING_WAITS;

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
    /// Make a video or a sound playable.
    Encode {
        /// Its number.
        file: i64,
        /// By whom.
        lane: Encoders,
        /// How long it is.
        seconds: f64,
        /// What the caller wants to see again in the event.
        external_info: Option<ExternalInfo>,
    },
    /// Make the rest of what can be made of a video, which can be played already.
    Improve {
        /// Its number.
        file: i64,
        /// By whom.
        lane: Encoders,
        /// How long it is.
        seconds: f64,
    },
    /// Make all sizes of a video in the second codec, too.
    Recode {
        /// Its number.
        file: i64,
        /// By whom.
        lane: Encoders,
        /// How long it is.
        seconds: f64,
    },
    /// Fetch the bytes of a file.
    Import(Box<Import>),
    /// Have machines look at a picture.
    Annotate {
        /// Its number.
        file: i64,
    },
    /// Have an office document set as pages.
    Typeset {
        /// Its number.
        file: i64,
    },
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

/// Those who encode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Encoders {
    /// Of what is short.
    Clips,
    /// Of what is long.
    Films,
}

impl From<Lane> for Encoders {
    fn from(lane: Lane) -> Encoders {
        if lane == Lane::Film { Encoders::Films } else { Encoders::Clips }
    }
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
            Work::Encode { .. } => "encode",
            Work::Improve { .. } => "improve",
            Work::Recode { .. } => "recode",
            Work::Import(_) => "import",
            Work::Annotate { .. } => "annotate",
            Work::Typeset { .. } => "typeset",
            Work::Purge { .. } => "purge",
        }
    }

    /// Which workers it waits for.
    pub(crate) fn lane(&self) -> Lane {
        match self {
            Work::Process { .. } | Work::Purge { .. } => Lane::Work,
            Work::Encode { lane, .. } | Work::Improve { lane, .. } | Work::Recode { lane, .. } => {
                match lane {
                    Encoders::Clips => Lane::Clip,
                    Encoders::Films => Lane::Film,
                }
            }
            Work::Import(_) => Lane::Fetch,
            Work::Annotate { .. } | Work::Typeset { .. } => Lane::Spare,
        }
    }

    fn file(&self) -> i64 {
        match self {
            Work::Process { file, .. }
            | Work::Encode { file, .. }
            | Work::Improve { file, .. }
            | Work::Recode { file, .. }
            | Work::Annotate { file }
            | Work::Typeset { file }
            | Work::Purge { file, .. } => *file,
            Work::Import(import) => import.file,
        }
    }

    /// What is long waits as long as it is for what is shorter and comes later, and what can be used already for what can't.
    fn weight(&self) -> i64 {
        match self {
            Work::Encode { seconds, .. } => (seconds * 1000.0) as i64,
            Work::Improve { seconds, .. } => (seconds * 1000.0) as i64 + IMPROVING_WAITS,
            Work::Recode { seconds, .. } => (seconds * 1000.0) as i64 + RECODING_WAITS,
            _ => 0,
        }
    }
}

/// Puts work into the queue, in the transaction that makes it necessary.
pub(crate) fn enqueue(tx: &Tx<'_>, work: &Work, now: i64) -> Result<()> {
    let payload = serde_json::to_string(work).map_err(internal)?;
    let job = NewJob {
        lane: work.lane(),
        kind: work.kind(),
        payload: &payload,
        file: Some(work.file()),
        weight: work.weight(),
    };
    catalog::jobs::enqueue(tx, &job, now, now)?;
    Ok(())
}
