//! Jobs: put into the queue by the transaction that makes them necessary, done at least once.
//!
//! A worker leases a job for a while. When it dies, the lease ends and another worker takes the job.

use crate::error::Result;
use crate::tx::{Row, Tx, values};

/// Which workers a job waits for. The numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Work on what is here.
    Work = 0,
    /// Fetching what is elsewhere, which may take as long as that takes.
    Fetch = 1,
    /// Short videos and sounds: done soon, whatever else is going on.
    Clip = 2,
    /// Long ones.
    Film = 3,
    /// What makes files better that can be used already: looks of machines at pictures, documents set as pages.
    Spare = 4,
}

impl Lane {
    /// How many there are.
    pub(crate) const COUNT: usize = 5;
}

/// A job in a worker's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Number in this catalog.
    pub num: i64,
    /// What is to be done.
    pub kind: String,
    /// With what, as the manager wrote it.
    pub payload: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// When the lease ends: the worker's proof that the job is still its own.
    pub lease: i64,
}

/// A job to be put into the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewJob<'a> {
    /// Which workers it waits for.
    pub lane: Lane,
    /// What is to be done.
    pub kind: &'a str,
    /// With what, as the manager writes it.
    pub payload: &'a str,
    /// The number of the file that it works on, if it is one.
    pub file: Option<i64>,
    /// Milliseconds that others, which come later, may go before.
    pub weight: i64,
}

/// Puts a job into the queue, to be run from `run_at` on.
pub fn enqueue(tx: &Tx<'_>, job: &NewJob<'_>, run_at: i64, now: i64) -> Result<i64> {
    let sql = "INSERT INTO jobs (lane, kind, payload, state, run_at, attempts, created, rank, file)
               VALUES (?1, ?2, ?3, 0, ?4, 0, ?5, ?6, ?7) RETURNING num";
    let rank = now.saturating_add(job.weight);
    let lane = job.lane as i64;
    tx.one(sql, values![lane, job.kind, job.payload, run_at, now, rank, job.file], |row| row.get(0))
}

/// Leases the job of a lane that goes before the others that are due, until `lease`.
pub fn claim(tx: &Tx<'_>, lane: Lane, now: i64, lease: i64) -> Result<Option<Job>> {
    let sql = "UPDATE jobs SET run_at = ?2, attempts = attempts + 1
               WHERE num = (SELECT num FROM jobs WHERE state = 0 AND lane = ?3 AND run_at <= ?1
                            ORDER BY rank, num LIMIT 1)
               RETURNING num, kind, payload, attempts, run_at";
    tx.first(sql, values![now, lease, lane as i64], |row| {
        Ok(Job {
            num: row.get(0)?,
            kind: row.get(1)?,
            payload: row.get(2)?,
            attempts: row.get(3)?,
            lease: row.get(4)?,
        })
    })
}

/// Notes how far a job is, as the manager writes it; `false` when its lease was lost.
pub fn note_progress(tx: &Tx<'_>, job: &Job, progress: &str) -> Result<bool> {
    let sql = "UPDATE jobs SET progress = ?3 WHERE num = ?1 AND run_at = ?2 AND state = 0";
    Ok(tx.execute(sql, values![job.num, job.lease, progress])? == 1)
}

/// Extends a lease; `None` when it was lost to another worker.
pub fn renew(tx: &Tx<'_>, job: &Job, lease: i64) -> Result<Option<Job>> {
    let sql = "UPDATE jobs SET run_at = ?3 WHERE num = ?1 AND run_at = ?2 AND state = 0";
    let kept = tx.execute(sql, values![job.num, job.lease, lease])? == 1;
    Ok(kept.then(|| Job { lease, ..job.clone() }))
}

/// Ends a job that is done; `false` when its lease was lost.
pub fn complete(tx: &Tx<'_>, job: &Job) -> Result<bool> {
    Ok(tx.execute("DELETE FROM jobs WHERE num = ?1 AND run_at = ?2", values![job.num, job.lease])? == 1)
}

/// Gives a job back, to be run again from `run_at` on.
pub fn retry(tx: &Tx<'_>, job: &Job, run_at: i64, error: &str) -> Result<()> {
    let sql = "UPDATE jobs SET run_at = ?3, error = ?4 WHERE num = ?1 AND run_at = ?2";
    tx.execute(sql, values![job.num, job.lease, run_at, error])?;
    Ok(())
}

/// Gives a job back as if it had not been taken: the worker stops.
pub fn hand_back(tx: &Tx<'_>, job: &Job, now: i64) -> Result<()> {
    let sql = "UPDATE jobs SET run_at = ?3, attempts = attempts - 1 WHERE num = ?1 AND run_at = ?2";
    tx.execute(sql, values![job.num, job.lease, now])?;
    Ok(())
}

/// Makes every job due that somebody had, or that waits for its next try: who starts alone on a catalog finds the leases
/// of the dead.
pub fn release(tx: &Tx<'_>, now: i64) -> Result<()> {
    let sql = "UPDATE jobs SET run_at = ?1 WHERE state = 0 AND attempts > 0 AND run_at > ?1";
    tx.execute(sql, values![now])?;
    Ok(())
}

/// Gives up on a job, but keeps it for people to look at.
pub fn bury(tx: &Tx<'_>, job: &Job, error: &str) -> Result<()> {
    let sql = "UPDATE jobs SET state = 1, error = ?3 WHERE num = ?1 AND run_at = ?2";
    tx.execute(sql, values![job.num, job.lease, error])?;
    Ok(())
}

/// A job as people look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Number in this catalog.
    pub num: i64,
    /// What is to be done.
    pub kind: String,
    /// Whether it was given up.
    pub dead: bool,
    /// The id of the file that it works on, while that is there.
    pub file: Option<String>,
    /// When it was put into the queue.
    pub created: i64,
    /// When it is due; for a running job, when its lease ends.
    pub run_at: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last try failed.
    pub error: Option<String>,
    /// How far it is, as the manager wrote it.
    pub progress: Option<String>,
}

/// The jobs that were given up, or those that weren't: at most `most`, in the order in which they are taken.
pub fn list(tx: &Tx<'_>, dead: bool, most: i64) -> Result<Vec<Seen>> {
    let sql = "SELECT j.num, j.kind, j.state, f.id, j.created, j.run_at, j.attempts, j.error, j.progress
               FROM jobs j LEFT JOIN files f ON f.num = j.file
               WHERE j.state = ?1 ORDER BY j.lane, j.rank, j.num LIMIT ?2";
    tx.query(sql, values![i64::from(dead), most], |row| {
        Ok(Seen {
            num: row.get(0)?,
            kind: row.get(1)?,
            dead: row.get::<i64>(2)? != 0,
            file: row.get(3)?,
            created: row.get(4)?,
            run_at: row.get(5)?,
            attempts: row.get(6)?,
            error: row.get(7)?,
            progress: row.get(8)?,
        })
    })
}

/// Puts a job that was given up into the queue again; the number of its file, or `None` if there is no such job.
pub fn revive(tx: &Tx<'_>, num: i64, now: i64) -> Result<Option<Option<i64>>> {
    let sql =
        "UPDATE jobs SET state = 0, attempts = 0, run_at = ?2, progress = NULL WHERE num = ?1 AND state = 1
               RETURNING file";
    tx.first(sql, values![num, now], |row| row.get(0))
}

/// How many jobs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Due, later, or running.
    pub open: i64,
    /// Given up.
    pub dead: i64,
}

/// How many jobs there are.
pub fn count(tx: &Tx<'_>) -> Result<Counts> {
    let number = |state: i64| {
        tx.one("SELECT COUNT(*) FROM jobs WHERE state = ?1", values![state], |row: &Row<'_>| row.get(0))
    };
    Ok(Counts { open: number(0)?, dead: number(1)? })
}
