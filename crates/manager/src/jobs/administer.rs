//! Jobs for people: what waits, what runs and how far it is, what was given up.

use catalog::Catalog;
use catalog::files::{self, Status};
use contract::errors::Code;
use contract::values::Timestamp;
use facts::Facts;
use serde::Serialize;

use crate::error::{Error, Result, internal, refused};
use crate::files::facts_of;

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobShown {
    /// Its number.
    pub job_id: i64,
    /// `process`, `encode`, `import` or `purge`.
    pub kind: String,
    /// `open` or `failed`.
    pub state: &'static str,
    /// The file that it works on, while that is there.
    pub file_id: Option<String>,
    /// When it was put into the queue.
    pub created_date: Timestamp,
    /// When it is due; for a running job, until when it is its worker's own.
    pub due_date: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last try failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<serde_json::Value>,
}

/// The jobs that were given up, or the others, at most `most`.
pub async fn list(catalog: &Catalog, failed: bool, most: i64) -> Result<Vec<JobShown>> {
    let found = catalog.read(move |tx| catalog::jobs::list(tx, failed, most)).await?;
    let shown = found.into_iter().map(|job| JobShown {
        job_id: job.num,
        kind: job.kind,
        state: if job.dead { "failed" } else { "open" },
        file_id: job.file,
        created_date: Timestamp { millis: job.created },
        due_date: Timestamp { millis: job.run_at },
        attempts: job.attempts,
        error: job.error,
        progress: job.progress.as_deref().and_then(|text| serde_json::from_str(text).ok()),
    });
    Ok(shown.collect())
}

/// Has a job that was given up done again. Its file is worked on again, too.
pub async fn retry(catalog: &Catalog, job: i64, now: i64) -> Result<()> {
    let revived = catalog.write(move |tx| {
        let Some(file) = catalog::jobs::revive(tx, job, now)? else {
            let text = format!("there is no job {job} that was given up; `jobs list --failed` lists those");
            return Err(refused(Code::InvalidValue, text));
        };
        let failed = file.map(|num| files::by_num(tx, num)).transpose()?.flatten();
        if let Some(file) = failed.filter(|file| file.status == Status::Failed) {
            let facts = Facts { failure: None, ..facts_of(&file)? };
            let facts = serde_json::to_string(&facts).map_err(internal)?;
            files::set_outcome(tx, file.num, Status::Pending, Some(&facts), now)?;
        }
        Ok::<_, Error>(())
    });
    revived.await
}
