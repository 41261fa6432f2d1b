//! A look at a file's content: bounded in memory by permits, and in time where somebody waits for it.

use std::path::{Path, PathBuf};

use catalog::files::Status;
use contract::errors::Code;
use contract::failures::{Failure, Reason};
use contract::formats::{Format, Kind};
use facts::Facts;
use media::probe::{self, ProbeError, probe};
use storage::Staged;

use crate::Manager;
use crate::error::{Error, Result, internal, invalid};

/// What came of a look.
#[derive(Debug, Clone)]
pub(crate) enum Finding {
    /// These facts.
    Facts(Box<Facts>),
    /// The file can't be used, for this reason.
    Broken(Failure),
    /// Nobody has looked yet; a job will.
    Later,
}

impl Finding {
    /// The status and facts that a file gets by this.
    pub(crate) fn outcome(&self) -> Result<(Status, Option<String>)> {
        let written = |facts: &Facts| serde_json::to_string(facts).map_err(internal).map(Some);
        match self {
            Finding::Facts(facts) => Ok((Status::Ready, written(facts)?)),
            Finding::Broken(failure) => {
                let facts = Facts { failure: Some(failure.clone()), ..Facts::default() };
                Ok((Status::Failed, written(&facts)?))
            }
            Finding::Later => Ok((Status::Pending, None)),
        }
    }

    /// Why the file can't be used.
    pub(crate) fn failure(&self) -> Option<Failure> {
        match self {
            Finding::Broken(failure) => Some(failure.clone()),
            _ => None,
        }
    }
}

/// Looks at sealed bytes before they are committed, so that an ordinary image is READY at once. Who would have to wait
/// too long, for permits or for the look itself, gets [`Finding::Later`]. Too many pixels are refused here.
pub(crate) async fn look_quickly(
    manager: &Manager,
    staged: &Staged,
    format: &'static Format,
) -> Result<Finding> {
    match format.kind {
        Kind::Image => {}
        Kind::Video | Kind::Audio if manager.inner.tools.film.is_some() => return Ok(Finding::Later),
        _ => return Ok(Finding::Facts(Box::default())),
    }
    let path = staged.path().ok_or_else(|| internal("the upload was not sealed"))?.to_owned();
    let cost = probe::cost(staged.head(), format, staged.length(), &probe_limits(manager));
    match tokio::time::timeout(manager.settings().ready_wait, look(manager, path, format, cost)).await {
        Ok(Err(Error::Invalid(violations))) => Err(Error::Invalid(violations)),
        Ok(found) => Ok(found.unwrap_or(Finding::Later)),
        Err(_) => Ok(Finding::Later),
    }
}

/// Looks at a file, when there is room for it. `cost` is about how much memory that takes, in bytes.
pub(super) async fn look(
    manager: &Manager,
    path: PathBuf,
    format: &'static Format,
    cost: u64,
) -> Result<Finding> {
    let decoders = &manager.inner.decoders;
    let memory = decoders.reserve(cost).await?;
    let (limits, tools) =
        (probe::Limits { pixels: manager.settings().limits.pixels }, manager.inner.tools.clone());
    let looked = decoders.run(memory, move || probe(Path::new(&path), format, &limits, &tools));
    match looked.await? {
        Ok(facts) => Ok(Finding::Facts(Box::new(facts))),
        Err(ProbeError::Broken(reason)) => Ok(Finding::Broken(Failure::new(Reason::UnreadableFile, reason))),
        Err(error @ ProbeError::TooLarge { .. }) => {
            Err(invalid(Code::FileSizeOverLimit, "file", error.to_string()))
        }
        Err(ProbeError::Io(error)) => Err(internal(error)),
    }
}

/// What a look may take on.
pub(crate) fn probe_limits(manager: &Manager) -> probe::Limits {
    probe::Limits { pixels: manager.settings().limits.pixels }
}
