//! Workers: lease a job, do it, and say so. A worker that dies loses its lease, and another one does the job again.

use std::time::Duration;

use catalog::files::{self, Status};
use catalog::jobs::{self, Job};
use contract::formats::Format;
use media::probe;
use storage::BlobKey;
use tokio_util::sync::CancellationToken;

use super::Work;
use super::look::{Finding, look, probe_limits};
use crate::Manager;
use crate::error::{Error, Result, internal};
use crate::events::{FileEvent, tell};

/// How long a job is a worker's own.
const LEASE: Duration = Duration::from_secs(300);
/// How often the queue is looked at when nothing wakes a worker: other processes may put jobs there.
const PATIENCE: Duration = Duration::from_secs(1);
/// Waits after each failed try; after the last one the job is given up.
const WAITS: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(4),
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(240),
];

/// Runs jobs until `stop` is cancelled.
pub(crate) async fn work(manager: Manager, stop: CancellationToken) {
    let woken = manager.catalog().jobs();
    while !stop.is_cancelled() {
        let now = manager.now();
        let lease = now + LEASE.as_millis() as i64;
        match manager.catalog().write(move |tx| jobs::claim(tx, now, lease)).await {
            Ok(Some(job)) => {
                // There may be more: let another worker have a look while this one is busy.
                manager.catalog().wake_workers();
                attend(&manager, job, &stop).await;
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the job queue could not be read"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = woken.notified() => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
    }
}

/// Does a job, or gives it back when the server stops in the middle of it.
async fn attend(manager: &Manager, job: Job, stop: &CancellationToken) {
    let done = tokio::select! {
        done = perform(manager, &job) => Some(done),
        () = stop.cancelled() => None,
    };
    let now = manager.now();
    let told = match done {
        Some(Ok(())) => return,
        None => {
            let job = job.clone();
            manager.catalog().write(move |tx| jobs::hand_back(tx, &job, now)).await
        }
        Some(Err(error)) => give_back(manager, job.clone(), error, now).await,
    };
    if let Err(error) = told {
        tracing::warn!(%error, job = job.num, "a job could not be given back and waits for the end of its lease");
    }
}

/// After a failure: later again, or never.
async fn give_back(manager: &Manager, job: Job, error: Error, now: i64) -> catalog::Result<()> {
    let text = match std::error::Error::source(&error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    let wait = usize::try_from(job.attempts - 1).ok().and_then(|tries| WAITS.get(tries));
    tracing::warn!(job = job.num, kind = job.kind, attempts = job.attempts, error = text, "a job failed");
    match wait {
        Some(wait) => {
            // Jobs that failed together shall not come back together.
            let jitter = 0.75 + f64::from(job.num as u32 % 64) / 128.0;
            let run_at = now + (wait.as_millis() as f64 * jitter) as i64;
            manager.catalog().write(move |tx| jobs::retry(tx, &job, run_at, &text)).await
        }
        None => {
            let work = serde_json::from_str(&job.payload).ok();
            let buried = manager.catalog().write(move |tx| {
                jobs::bury(tx, &job, &text)?;
                match &work {
                    // Nobody shall wait for ever for a file that can't be worked on.
                    Some(Work::Process { file, external_info }) => {
                        let finding = Finding::Broken("the file could not be processed".to_owned());
                        settle(tx, *file, &finding, external_info.clone(), now)
                    }
                    _ => Ok(()),
                }
            });
            buried.await.map_err(|error: Error| catalog::Error::Unavailable(error.to_string()))
        }
    }
}

async fn perform(manager: &Manager, job: &Job) -> Result<()> {
    let now = manager.now();
    match serde_json::from_str(&job.payload).map_err(internal)? {
        Work::Process { file, external_info } => {
            let finding = inspect(manager, file).await?;
            let job = job.clone();
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
        Work::Purge { file, blobs } => {
            for blob in blobs {
                manager.store().delete(&BlobKey::parse(&blob).map_err(internal)?).await?;
            }
            let job = job.clone();
            let ended = manager.catalog().write(move |tx| {
                files::forget(tx, file)?;
                jobs::complete(tx, &job)
            });
            ended.await?;
            Ok(())
        }
    }
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
            let reason = violations.first().map(|violation| violation.description.clone());
            Ok(Some(Finding::Broken(reason.unwrap_or_default())))
        }
        Err(error) => Err(error),
    }
}

/// Writes what came of the work, and tells it.
fn settle(
    tx: &catalog::Tx<'_>,
    file: i64,
    finding: &Finding,
    external_info: Option<serde_json::Value>,
    now: i64,
) -> Result<()> {
    let (status, facts) = finding.outcome()?;
    let Some(file) = files::set_outcome(tx, file, status, facts.as_deref(), now)? else { return Ok(()) };
    let event = match status {
        Status::Failed => FileEvent::Failed { external_info, reason: finding.failure().unwrap_or_default() },
        _ => FileEvent::Ready { external_info, restored: false },
    };
    tell(tx, &file, event, now)?;
    Ok(())
}
