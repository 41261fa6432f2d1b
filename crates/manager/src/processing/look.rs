//! A look at a file's content: bounded in memory by permits, and in time where somebody waits for it.

use std::path::{Path, PathBuf};

use catalog::Tx;
use catalog::contents::{self, Words};
use catalog::files::{FileRecord, Status};
use contract::errors::Code;
use contract::failures::{Failure, Reason};
use contract::formats::{Format, Kind};
use facts::Facts;
use media::inspect::{Error as Fault, Looked};
use media::note;
use media::probe::{self, ProbeError, probe};
use storage::Staged;

use super::inspect::inspect;
use super::typeset::is_set;
use crate::Manager;
use crate::annotations;
use crate::error::{Error, Result, internal, invalid};
use crate::jobs::{Work, enqueue};

/// What came of a look.
#[derive(Debug, Clone)]
pub(crate) enum Finding {
    /// This is known now.
    Known(Box<Known>),
    /// The file can't be used, for this reason.
    Broken(Failure),
    /// Nobody has looked yet; a job will.
    Later,
}

/// What is known of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    facts: Facts,
    /// The words in it, for search.
    words: Words,
    /// What makes it better once it can be used.
    next: Option<Next>,
}

/// What makes a file better that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Machines look at it.
    Annotate,
    /// It is set as pages.
    Typeset,
}

impl Finding {
    /// The status and facts that a file gets by this.
    pub(crate) fn outcome(&self) -> Result<(Status, Option<String>)> {
        let written = |facts: &Facts| serde_json::to_string(facts).map_err(internal).map(Some);
        match self {
            Finding::Known(known) => Ok((Status::Ready, written(&known.facts)?)),
            Finding::Broken(failure) => {
                let facts = Facts { failure: Some(failure.clone()), ..Facts::default() };
                Ok((Status::Failed, written(&facts)?))
            }
            Finding::Later => Ok((Status::Pending, None)),
        }
    }

    /// These facts, of a file without a text.
    pub(super) fn facts(facts: Facts) -> Finding {
        Finding::Known(Box::new(Known { facts, ..Known::default() }))
    }

    /// Does what follows for a file that can be used now: search knows its words, and machines look at it when there is time.
    pub(crate) fn follow_up(&self, tx: &Tx<'_>, file: &FileRecord, now: i64) -> Result<()> {
        let Finding::Known(known) = self else { return Ok(()) };
        if !known.words.is_empty() {
            contents::set(tx, file.num, &known.words)?;
        }
        match known.next {
            Some(Next::Annotate) => annotations::enqueue(tx, file, now),
            Some(Next::Typeset) => enqueue(tx, &Work::Typeset { file: file.num }, now),
            None => Ok(()),
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
        Kind::Video | Kind::Audio => return Ok(Finding::facts(Facts::default())),
        Kind::Vector | Kind::Document | Kind::Archive | Kind::Model3d | Kind::Font => {}
    }
    let path = staged.path().ok_or_else(|| internal("the upload was not sealed"))?.to_owned();
    let looking = look(manager, path, format, staged.head(), staged.length());
    match tokio::time::timeout(manager.settings().ready_wait, looking).await {
        Ok(Err(Error::Invalid(violations))) => Err(Error::Invalid(violations)),
        Ok(found) => Ok(found.unwrap_or(Finding::Later)),
        Err(_) => Ok(Finding::Later),
    }
}

/// Looks at a file of `size` bytes that begins with `head`, when there is room for it.
pub(super) async fn look(
    manager: &Manager,
    path: PathBuf,
    format: &'static Format,
    head: &[u8],
    size: u64,
) -> Result<Finding> {
    if format.kind != Kind::Image {
        return look_inside(manager, path, format, size).await;
    }
    let (limits, tools) = (probe_limits(manager), manager.inner.tools.clone());
    let decoders = &manager.inner.decoders;
    let memory = decoders.reserve(probe::cost(head, format, size, &limits)).await?;
    let looked = decoders.run(memory, move || probe(Path::new(&path), format, &limits, &tools));
    match looked.await? {
        Ok(facts) => {
            let next = manager.settings().annotate.then_some(Next::Annotate);
            Ok(Finding::Known(Box::new(Known { facts, next, ..Known::default() })))
        }
        Err(ProbeError::Broken(reason)) => Ok(Finding::Broken(Failure::new(Reason::UnreadableFile, reason))),
        Err(error @ ProbeError::TooLarge { .. }) => {
            Err(invalid(Code::FileSizeOverLimit, "file", error.to_string()))
        }
        Err(ProbeError::Io(error)) => Err(internal(error)),
    }
}

/// Has a child look. What it can't make out costs the facts, and not the file.
async fn look_inside(
    manager: &Manager,
    path: PathBuf,
    format: &'static Format,
    size: u64,
) -> Result<Finding> {
    let text = manager.settings().inspect.text;
    if note::may_be(format, size) {
        let path = path.clone();
        let read = move || Ok::<_, std::io::Error>(note::look(std::fs::read(path)?, text).map(known));
        if let Some(known) = tokio::task::spawn_blocking(read).await.map_err(internal)?.map_err(internal)? {
            return Ok(Finding::Known(Box::new(known)));
        }
    }
    let looked = inspect(manager, format, size, move |inspector, stop| {
        inspector.look(&path, format, text, stop).map(known)
    });
    match looked.await? {
        Ok(known) => {
            let opens = known.facts.document.as_ref().is_some_and(|document| !document.encrypted);
            let next = (opens && is_set(manager, format)).then_some(Next::Typeset);
            Ok(Finding::Known(Box::new(Known { next, ..known })))
        }
        Err(Fault::Broken(reason)) => Ok(Finding::Broken(Failure::new(Reason::UnreadableFile, reason))),
        Err(error @ Fault::GivenUp(_)) => {
            let notice = Some(format!("what is in the file could not be found out: {error}"));
            Ok(Finding::facts(Facts { notice, ..Facts::default() }))
        }
        Err(Fault::Nothing) => Ok(Finding::facts(Facts::default())),
        Err(error @ Fault::Fault(_)) => Err(internal(error)),
    }
}

/// What is known by a look into a file.
fn known(looked: Looked) -> Known {
    Known { facts: looked.facts, words: Words::of(&looked.text), next: None }
}

/// What a look may take on.
pub(crate) fn probe_limits(manager: &Manager) -> probe::Limits {
    probe::Limits { pixels: manager.settings().limits.pixels }
}
