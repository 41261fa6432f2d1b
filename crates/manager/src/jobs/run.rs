//! Workers: lease a job, do it, and say so. A worker that dies loses its lease, and another one does the job again.

use std::time::Duration;

use catalog::files::{self, Status};
use catalog::jobs::{self, Job, Lane};
use contract::failures::{Failure, Reason};
use tokio_util::sync::CancellationToken;

use super::Work;
use crate::Manager;
use crate::annotations;
use crate::error::{Error, Result, internal};
use crate::imports;
use crate::processing::{self, Finding};

/// How long a job is a worker's own, unless it says that it is still at it.
const LEASE: Duration = Duration::from_secs(300);
/// How often it says so.
const RENEW: Duration = Duration::from_secs(60);
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

/// A job in this worker's hands, with the lease that it has now. It is kept alive beside the work, so who ends the job
/// holds on to it until that is written.
pub(crate) type Held = tokio::sync::Mutex<Job>;

/// Runs the jobs of a lane until `stop` is cancelled.
pub(crate) async fn work(manager: Manager, lane: Lane, stop: CancellationToken) {
    let woken = manager.catalog().jobs(lane);
    while !stop.is_cancelled() {
        let now = manager.now();
        let lease = now + LEASE.as_millis() as i64;
        match manager.catalog().write(move |tx| jobs::claim(tx, lane, now, lease)).await {
            Ok(Some(job)) => {
                // There may be more: let another worker have a look while this one is busy.
                manager.catalog().wake_workers(lane);
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
    let held = Held::new(job);
    let work = async {
        let done = perform(manager, &held).await;
        (Some(done), held.lock().await.clone())
    };
    let stopped = async {
        stop.cancelled().await;
        (None, held.lock().await.clone())
    };
    let (done, job) = tokio::select! {
        ended = work => ended,
        ended = stopped => ended,
        () = keep(manager, &held) => {
            tracing::warn!("a job took so long to say that it is worked on that another worker has it");
            return;
        }
    };
    let (now, num) = (manager.now(), job.num);
    let told = match done {
        Some(Ok(())) => return,
        None => manager.catalog().write(move |tx| jobs::hand_back(tx, &job, now)).await.map_err(Error::from),
        Some(Err(error)) => give_back(manager, job, error, now).await,
    };
    if let Err(error) = told {
        tracing::warn!(%error, job = num, "a job could not be given back and waits for the end of its lease");
    }
}

/// Says that the job is still worked on; `false` when the lease was lost.
pub(crate) async fn renew(manager: &Manager, held: &Held) -> Result<bool> {
    let mut job = held.lock().await;
    let (old, lease) = (job.clone(), manager.now() + LEASE.as_millis() as i64);
    let renewed = manager.catalog().write(move |tx| jobs::renew(tx, &old, lease)).await?;
    let kept = renewed.is_some();
    if let Some(renewed) = renewed {
        *job = renewed;
    }
    Ok(kept)
}

/// Ends a job whose work is written already, if it is still ours.
pub(crate) async fn end(manager: &Manager, held: &Held) -> Result<()> {
    let held = held.lock().await;
    let job = held.clone();
    manager.catalog().write(move |tx| jobs::complete(tx, &job)).await?;
    Ok(())
}

/// Keeps the lease alive; returns when it was lost.
async fn keep(manager: &Manager, held: &Held) {
    loop {
        tokio::time::sleep(RENEW).await;
        match renew(manager, held).await {
            Ok(true) => {}
            Ok(false) => return,
            // The lease holds for some more rounds.
            Err(error) => tracing::warn!(%error, "the lease of a job could not be renewed"),
        }
    }
}

/// After a failure: later again, or never.
async fn give_back(manager: &Manager, job: Job, error: Error, now: i64) -> Result<()> {
    let text = match std::error::Error::source(&error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    let wait = usize::try_from(job.attempts - 1).ok().and_then(|tries| WAITS.get(tries));
    tracing::warn!(job = job.num, kind = job.kind, attempts = job.attempts, error = text, "a job failed");
    if let Some(wait) = wait {
        let run_at = now + jittered(*wait, job.num).as_millis() as i64;
        manager.catalog().write(move |tx| jobs::retry(tx, &job, run_at, &text)).await?;
        return Ok(());
    }
    let work: Option<Work> = serde_json::from_str(&job.payload).ok();
    let given_up = manager.catalog().write(move |tx| {
        // Nobody shall wait for ever for a file that can't be worked on.
        let failure = || Failure::new(Reason::ProcessingFailed, "the server could not work on the file");
        match &work {
            Some(Work::Process { file, external_info } | Work::Encode { file, external_info, .. }) => {
                jobs::bury(tx, &job, &text)?;
                // What can be played already stays so.
                let pending = files::by_num(tx, *file)?.is_some_and(|file| file.status == Status::Pending);
                if !pending {
                    return Ok(());
                }
                processing::settle(tx, *file, &Finding::Broken(failure()), external_info.clone(), now)
            }
            Some(Work::Import(import)) => {
                // What it would be fetched with is a secret that is not kept longer than needed.
                jobs::complete(tx, &job)?;
                imports::fail(tx, import, failure(), now)
            }
            _ => Ok(jobs::bury(tx, &job, &text)?),
        }
    });
    given_up.await
}

/// What failed together shall not come back together: a wait, longer or shorter by up to a quarter.
pub(crate) fn jittered(wait: Duration, number: i64) -> Duration {
    wait.mul_f64(0.75 + f64::from(number.wrapping_mul(37) as u32 % 64) / 128.0)
}

async fn perform(manager: &Manager, held: &Held) -> Result<()> {
    let work = serde_json::from_str(&held.lock().await.payload).map_err(internal)?;
    match work {
        Work::Process { file, external_info } => {
            processing::process(manager, held, file, external_info).await
        }
        Work::Encode { file, external_info, .. } => {
            processing::encode(manager, held, file, external_info).await
        }
        Work::Improve { file, .. } => processing::improve(manager, held, file).await,
        Work::Recode { file, .. } => processing::recode(manager, held, file).await,
        Work::Annotate { file } => annotations::annotate(manager, held, file).await,
        Work::Typeset { file } => processing::typeset(manager, held, file).await,
        Work::Import(import) => imports::run(manager, held, &import).await,
        Work::Purge { file, id, blobs } => processing::purge(manager, held, file, &id, blobs).await,
    }
}
