//! What jobs do with files that are here.

use catalog::files::{self, FileRecord, Status};
use catalog::jobs::{self, Lane};
use contract::failures::{Failure, Reason};
use contract::files::ExternalInfo;
use contract::formats::{Format, Kind};
use facts::Facts;
use media::av::{self, Film};
use storage::BlobKey;

use super::look::{Finding, look};
use super::sound::listen;
use super::video::transcode;
use super::workbench::{self, Part};
use crate::Manager;
use crate::actor::Actor;
use crate::error::{Error, Result, internal};
use crate::events::{Happened, tell};
use crate::jobs::{Held, Work, enqueue};

/// Finds out what is in a file.
pub(crate) async fn process(
    manager: &Manager,
    held: &Held,
    file: i64,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    let finding = match inspect(manager, held, file).await? {
        Some(Seen::Encodable(facts, lane)) => {
            return queue(manager, held, file, facts, lane, external_info).await;
        }
        Some(Seen::All(finding)) => Some(finding),
        None => None,
    };
    let held = held.lock().await;
    let (job, now) = (held.clone(), manager.now());
    let ended = manager.catalog().write(move |tx| {
        // Who lost the lease must not write: another worker has the job now.
        if jobs::complete(tx, &job)?
            && let Some(finding) = &finding
        {
            settle(tx, file, finding, external_info.clone(), now)?;
        }
        Ok::<_, Error>(())
    });
    ended.await
}

/// Removes the bytes of a file that was deleted for good, and then its rows.
pub(crate) async fn purge(
    manager: &Manager,
    held: &Held,
    file: i64,
    id: &str,
    blobs: Vec<String>,
) -> Result<()> {
    for blob in blobs {
        manager.store().delete(&BlobKey::parse(&blob).map_err(internal)?).await?;
    }
    // After the original, so that no variant can be made of it any more.
    manager.inner.images.variants.purge(id).await?;
    let held = held.lock().await;
    let job = held.clone();
    let ended = manager.catalog().write(move |tx| {
        files::forget(tx, file)?;
        jobs::complete(tx, &job)
    });
    ended.await?;
    Ok(())
}

/// What came of a look at a file.
enum Seen {
    /// That is all there is to do.
    All(Finding),
    /// A video or a sound, of which much can be made by workers of this lane.
    Encodable(Box<Facts>, Lane),
}

/// Leaves a video or a sound to those who encode.
async fn queue(
    manager: &Manager,
    held: &Held,
    file: i64,
    facts: Box<Facts>,
    lane: Lane,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    let held = held.lock().await;
    let (job, now) = (held.clone(), manager.now());
    let queued = manager.catalog().write(move |tx| {
        if jobs::complete(tx, &job)?
            && let Some(record) = files::by_num(tx, file)?
        {
            let seconds = duration(&facts);
            files::set_facts(tx, &record, &serde_json::to_string(&*facts).map_err(internal)?)?;
            let work =
                Work::Encode { file, lane: lane.into(), seconds, external_info: external_info.clone() };
            enqueue(tx, &work, now)?;
        }
        Ok::<_, Error>(())
    });
    queued.await?;
    manager.catalog().wake_workers(lane);
    Ok(())
}

/// Who encodes what is this long.
pub(super) fn lane_of(manager: &Manager, seconds: f64) -> Lane {
    if seconds > manager.settings().video.long.as_secs_f64() { Lane::Film } else { Lane::Clip }
}

fn duration(facts: &Facts) -> f64 {
    let video = facts.video.as_ref().map(|video| video.duration);
    video.or(facts.sound.as_ref().map(|sound| sound.duration)).unwrap_or(0.0)
}

/// Makes what can be made of a video or a sound.
pub(crate) async fn encode(
    manager: &Manager,
    held: &Held,
    file: i64,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    let record = manager.catalog().read(move |tx| files::by_num(tx, file)).await?;
    match record.map(|record| record.format.kind) {
        Some(Kind::Audio) => listen(manager, held, file, external_info).await,
        _ => transcode(manager, held, file, external_info).await,
    }
}

/// Asks what is in a video or a sound.
async fn ask(manager: &Manager, held: &Held, record: &FileRecord, film: Film, key: &BlobKey) -> Result<Seen> {
    let (path, format) = (manager.store().path(key), record.format);
    let part = Part { stage: "probe".to_owned(), from: 0.0, to: 0.0, seconds: 0.0 };
    let asked = workbench::run(manager, held, record, part, move |stop, _| {
        match av::probe(&film, &path, format, stop) {
            Ok(facts) => Ok(Ok(facts)),
            Err(av::ProbeError::Broken(reason)) => Ok(Err(reason)),
            Err(av::ProbeError::Fault(fault)) => Err(fault),
        }
    });
    let facts = match asked.await?.map_err(internal)? {
        Ok(facts) => facts,
        Err(reason) => {
            let failure = Failure::new(Reason::UnreadableFile, reason);
            return Ok(Seen::All(Finding::Broken(failure)));
        }
    };
    let lane = lane_of(manager, duration(&facts));
    Ok(Seen::Encodable(Box::new(facts), lane))
}

/// Looks at the original of a file; `None` when it is gone.
async fn inspect(manager: &Manager, held: &Held, file: i64) -> Result<Option<Seen>> {
    let found = manager.catalog().read(move |tx| {
        let Some(record) = files::by_num(tx, file)? else { return Ok::<_, catalog::Error>(None) };
        Ok(files::assets(tx, file)?.into_iter().find(|asset| asset.key == "src").map(|asset| (record, asset)))
    });
    let Some((record, original)) = found.await? else { return Ok(None) };
    let key = BlobKey::parse(&original.blob).map_err(internal)?;
    let format: &'static Format = record.format;
    if let (Kind::Video | Kind::Audio, Some(film)) = (format.kind, manager.inner.tools.film.clone()) {
        return Ok(Some(ask(manager, held, &record, film, &key).await?));
    }
    let blob = manager.store().open_blob(&key).await?;
    let head = blob.head(media::sniff::HEAD).await?;
    match look(manager, manager.store().path(&key), format, &head, blob.length()).await {
        Ok(finding) => Ok(Some(Seen::All(finding))),
        // Too large for its pixels: that is for good.
        Err(Error::Invalid(violations)) => {
            let reason = violations.into_iter().next().map(|violation| violation.description);
            let failure = Failure::new(Reason::FileSizeOverLimit, reason.unwrap_or_default());
            Ok(Some(Seen::All(Finding::Broken(failure))))
        }
        Err(error) => Err(error),
    }
}

/// Writes what came of the work, and tells it.
pub(crate) fn settle(
    tx: &catalog::Tx<'_>,
    file: i64,
    finding: &Finding,
    external_info: Option<ExternalInfo>,
    now: i64,
) -> Result<()> {
    let (status, facts) = finding.outcome()?;
    let Some(file) = files::set_outcome(tx, file, status, facts.as_deref(), now)? else { return Ok(()) };
    finding.follow_up(tx, &file, now)?;
    let (site, by) = (file.site, Actor::who_brought(&file));
    let happened = match (status, finding.failure()) {
        (Status::Failed, Some(failure)) => {
            Happened::FileFailed { file: Box::new(file), external_info, failure }
        }
        _ => Happened::FileReady { file: Box::new(file), external_info, restored: false },
    };
    tell(tx, site, happened, Some(&by), now)?;
    Ok(())
}
