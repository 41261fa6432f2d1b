//! What jobs do with files that are here.

use catalog::files::{self, Status};
use catalog::jobs;
use contract::failures::{Failure, Reason};
use contract::files::ExternalInfo;
use contract::formats::Format;
use media::probe;
use storage::BlobKey;

use super::look::{Finding, look, probe_limits};
use crate::Manager;
use crate::actor::Actor;
use crate::error::{Error, Result, internal};
use crate::events::{Happened, tell};
use crate::jobs::Held;

/// Finds out what is in a file.
pub(crate) async fn process(
    manager: &Manager,
    held: &Held,
    file: i64,
    external_info: Option<ExternalInfo>,
) -> Result<()> {
    let finding = inspect(manager, file).await?;
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

/// Looks at the original of a file; `None` when it is gone.
async fn inspect(manager: &Manager, file: i64) -> Result<Option<Finding>> {
    let found = manager.catalog().read(move |tx| {
        let Some(record) = files::by_num(tx, file)? else { return Ok::<_, catalog::Error>(None) };
        Ok(files::assets(tx, file)?.into_iter().find(|asset| asset.key == "src").map(|asset| (record, asset)))
    });
    let Some((record, original)) = found.await? else { return Ok(None) };
    let key = BlobKey::parse(&original.blob).map_err(internal)?;
    let format: &'static Format = record.format;
    let blob = manager.store().open_blob(&key).await?;
    let head = blob.head(media::sniff::HEAD).await?;
    let cost = probe::cost(&head, format, blob.length(), &probe_limits(manager));
    match look(manager, manager.store().path(&key), format, cost).await {
        Ok(finding) => Ok(Some(finding)),
        // Too large for its pixels: that is for good.
        Err(Error::Invalid(violations)) => {
            let reason = violations.into_iter().next().map(|violation| violation.description);
            Ok(Some(Finding::Broken(Failure::new(Reason::FileSizeOverLimit, reason.unwrap_or_default()))))
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
