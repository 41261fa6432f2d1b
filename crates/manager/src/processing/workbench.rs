//! Where long work is done: a folder for what is made, a thread for the program that makes it, and word of how far it is.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use catalog::files::{self, FileRecord, NewAsset};
use catalog::jobs;
use media::av::Progress;
use media::child::{Fault, Stop};
use serde::Serialize;
use storage::BlobKey;
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::sync::{oneshot, watch};

use crate::Manager;
use crate::error::{Error, Result, internal};
use crate::files::asset;
use crate::jobs::Held;

/// How often it is told how far the work is.
const TELL: Duration = Duration::from_secs(1);
/// Bytes of what was made that are copied at a time.
const CHUNK: usize = 512 << 10;

/// What the names of folders begin with in which work is done.
const PREFIX: &str = "job-";

/// How far some work is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Running {
    /// Id of the file.
    pub file_id: String,
    /// What is being made: `720p`, `stills`.
    pub stage: String,
    /// 0 to 100, of everything that is made of the file.
    pub percent: f64,
    /// Seconds of the file that a second of work gets done; 0 until known.
    pub speed: f64,
    /// Seconds until all of it is done; none until known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<f64>,
    #[serde(skip)]
    pub(crate) site: i64,
}

/// Work that is done right now, by the number of its job.
#[derive(Default)]
pub(crate) struct Bench(Mutex<HashMap<i64, Running>>);

impl Bench {
    fn put(&self, job: i64, running: Running) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(job, running);
    }

    fn clear(&self, job: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&job);
    }

    /// All of it.
    pub(crate) fn running(&self) -> Vec<Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

/// A part of the work on a file.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) stage: String,
    /// Which share of all the work is done before it, and with it.
    pub(super) from: f64,
    pub(super) to: f64,
    /// Seconds that the file is long.
    pub(super) seconds: f64,
}

/// A new folder for what is made, which goes when it is dropped.
pub(super) async fn folder(manager: &Manager) -> Result<TempDir> {
    let work = manager.settings().video.work.clone();
    let made = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&work)?;
        TempDir::with_prefix_in(PREFIX, work)
    });
    made.await.map_err(internal)?.map_err(internal)
}

/// Removes what work was cut off in the middle of; only for a process that has just started.
pub(crate) async fn sweep(manager: &Manager) {
    let work = manager.settings().video.work.clone();
    let swept = tokio::task::spawn_blocking(move || {
        for entry in std::fs::read_dir(work).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(PREFIX) {
                // What can't be removed is in nobody's way.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    });
    let _ = swept.await;
}

/// Stops the work when nobody waits for it any more, and takes it from the bench.
struct Guard<'a> {
    manager: &'a Manager,
    job: i64,
    stop: Stop,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.stop.stop();
        self.manager.inner.bench.clear(self.job);
    }
}

/// Does a part of the work, on a thread of its own. Who stops waiting stops it, as does the end of the file.
pub(super) async fn run<T: Send + 'static>(
    manager: &Manager,
    held: &Held,
    file: &FileRecord,
    part: Part,
    work: impl FnOnce(&Stop, &dyn Fn(Progress)) -> Result<T, Fault> + Send + 'static,
) -> Result<Result<T, Fault>> {
    let guard = Guard { manager, job: held.lock().await.num, stop: Stop::default() };
    let (done, mut doing) = oneshot::channel();
    let (told, progress) = watch::channel(Progress::default());
    let stop = guard.stop.clone();
    let thread = std::thread::Builder::new().name("tool".into()).spawn(move || {
        let result = work(&stop, &|progress| _ = told.send(progress));
        // Nobody may wait any more.
        drop(done.send(result));
    });
    thread.map_err(internal)?;
    loop {
        let now = *progress.borrow();
        match tell(manager, held, file, &part, now).await {
            Ok(true) => {}
            Ok(false) => return Ok(Err(Fault::Stopped)),
            // An hour of work isn't lost for a word about it.
            Err(error) => tracing::warn!(%error, "how far some work is could not be noted"),
        }
        tokio::select! {
            result = &mut doing => return result.map_err(internal),
            () = tokio::time::sleep(TELL) => {}
        }
    }
}

/// Says how far the work is; `false` when it is for nothing, as the file is gone or another worker has the job.
async fn tell(manager: &Manager, held: &Held, file: &FileRecord, part: &Part, now: Progress) -> Result<bool> {
    let share = if part.seconds > 0.0 { (now.seconds / part.seconds).clamp(0.0, 1.0) } else { 0.0 };
    let all = part.from + (part.to - part.from) * share;
    // What comes after this part takes about as long as its share of the work says.
    let left = (part.to - part.from) * (1.0 - share) + (1.0 - part.to);
    let a_share_takes = part.seconds / now.speed / (part.to - part.from);
    let running = Running {
        file_id: file.id.to_string(),
        stage: part.stage.clone(),
        percent: (all * 1000.0).round() / 10.0,
        speed: now.speed,
        seconds_left: (now.speed > 0.0).then(|| (left * a_share_takes * 10.0).round() / 10.0),
        site: file.site,
    };
    let job = held.lock().await;
    manager.inner.bench.put(job.num, running.clone());
    let (json, lease, num) = (serde_json::to_string(&running).map_err(internal)?, job.clone(), file.num);
    drop(job);
    manager.inner.feed.tell_progress(running);
    let noted = manager.catalog().write(move |tx| {
        // A lease that was just renewed is noted with the next word.
        jobs::note_progress(tx, &lease, &json)?;
        Ok::<_, catalog::Error>(files::by_num(tx, num)?.is_some())
    });
    Ok(noted.await?)
}

/// Takes a file that was made into the storage, as an asset of `file`. What lies there under the same name is of a try that was
/// cut off.
pub(super) async fn keep(
    manager: &Manager,
    site_id: &str,
    file: &FileRecord,
    key: &str,
    mime: &str,
    path: &Path,
) -> Result<NewAsset> {
    let blob = BlobKey::new(&[site_id, file.id.as_str(), key]).map_err(internal)?;
    let mut staged = manager.store().stage();
    let mut made = tokio::fs::File::open(path).await.map_err(internal)?;
    loop {
        let mut chunk = bytes::BytesMut::with_capacity(CHUNK);
        while chunk.len() < CHUNK && made.read_buf(&mut chunk).await.map_err(internal)? > 0 {}
        if chunk.is_empty() {
            break;
        }
        staged.write(chunk.freeze()).await?;
    }
    staged.seal().await?;
    manager.store().delete(&blob).await?;
    let digest = staged.commit(&blob).await?;
    Ok(asset(key, &blob, mime, &digest))
}

/// Removes bytes that belong to nothing.
pub(crate) async fn discard(manager: &Manager, blobs: impl IntoIterator<Item = String>) -> Result<()> {
    for blob in blobs {
        manager.store().delete(&BlobKey::parse(&blob).map_err(internal)?).await?;
    }
    Ok(())
}

/// The site that a file belongs to.
pub(super) async fn site_of(manager: &Manager, file: &FileRecord) -> Result<String> {
    let num = file.site;
    let site = manager.catalog().read(move |tx| catalog::sites::by_num(tx, num)).await?;
    site.map(|site| site.id).ok_or_else(|| internal("the file's site is gone"))
}

/// A failure of a program that isn't the file's.
pub(super) fn ours(fault: Fault) -> Error {
    internal(fault)
}
