//! The engine: one writer that commits in groups, readers beside it, each on a thread of its own.
//!
//! A durable commit costs a sync of the disk, whatever it holds. So the writer takes all operations that wait, runs them
//! in one transaction, commits once, and only then answers any of them. What it wrote lies in SQLite's log and is moved
//! into the database by a thread that nobody waits for.

mod checkpoint;
mod connect;
mod operation;
mod read;
mod write;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded, unbounded};
use tokio::sync::{Notify, oneshot, watch};

use crate::error::{Error, Result};
use crate::jobs::Lane;
use crate::migrate::migrate;
use crate::tx::Tx;
use crate::versions::{Topic, Versions};
use operation::{Operation, Queued};

/// How to open a catalog.
#[derive(Debug, Clone)]
pub struct Options {
    /// The database file; made when missing.
    pub path: PathBuf,
    /// Threads that read.
    pub readers: usize,
    /// Whether this is the server, of which there is one per database; commands open beside it.
    pub exclusive: bool,
}

/// The catalog. Clones share the engine, which does what it was asked for and stops when the last one is dropped.
#[derive(Clone)]
pub struct Catalog {
    engine: Arc<Engine>,
}

struct Engine {
    writes: Option<Sender<Box<dyn Operation>>>,
    reads: Option<Sender<Box<dyn Operation>>>,
    threads: Vec<JoinHandle<()>>,
    versions: Arc<Versions>,
    changes: watch::Receiver<u64>,
    jobs: [Arc<Notify>; Lane::COUNT],
    /// Held for as long as the engine lives.
    _lock: Option<File>,
}

impl Catalog {
    /// Opens the database, making or migrating it as needed. Blocks; meant for the start of a process.
    pub fn open(options: &Options) -> Result<Catalog> {
        let lock = options.exclusive.then(|| connect::lock(&options.path)).transpose()?;
        let mut connection = connect::connect(&options.path)?;
        migrate(&mut connection)?;
        let (writes, queue) = unbounded();
        let (changed, changes) = watch::channel(0);
        let (logged, log) = bounded(1);
        let versions = Arc::new(Versions::new());
        let restart = Arc::new(AtomicBool::new(false));
        let checkpoints = connect::connect(&options.path)?;
        let writer = write::Writer {
            connection,
            queue,
            versions: versions.clone(),
            changed,
            logged,
            restart: restart.clone(),
        };
        let mut threads = vec![
            spawn("catalog-writer", move || writer.run())?,
            spawn("catalog-log", move || checkpoint::run(&checkpoints, &log, &restart))?,
        ];
        let (reads, queue) = unbounded();
        let readers = options.readers.max(1);
        for _ in 0..readers {
            let connection = connect::connect(&options.path)?;
            connection.pragma_update(None, "query_only", true)?;
            let queue = queue.clone();
            threads.push(spawn("catalog-reader", move || read::run(&connection, &queue, readers))?);
        }
        let jobs = std::array::from_fn(|_| Arc::new(Notify::new()));
        let engine = Engine {
            writes: Some(writes),
            reads: Some(reads),
            threads,
            versions,
            changes,
            jobs,
            _lock: lock,
        };
        Ok(Catalog { engine: Arc::new(engine) })
    }

    /// Runs an operation that only reads. It sees every write that was answered before.
    pub async fn read<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        submit(self.engine.reads.as_ref(), operation).await
    }

    /// Runs an operation that writes. When this returns `Ok`, what it wrote is on the disk; when it returns `Err`,
    /// nothing of it is. An operation is run again when one beside it fails, so it must be pure. Once this future was
    /// polled, the operation happens, even if nobody waits for it any more.
    pub async fn write<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        submit(self.engine.writes.as_ref(), operation).await
    }

    /// A number that moves when something changes, by this process before the change is answered, and by another one
    /// within a quarter of a second. Who keeps a copy reads the number first, then what is copied, and throws the copy
    /// away when the number has moved.
    pub fn version(&self, topic: Topic<'_>) -> u64 {
        self.engine.versions.of(topic)
    }

    /// Changes whenever events were appended, or deliveries of them are to be made, by this process or, within a quarter
    /// of a second, by another one.
    pub fn events(&self) -> watch::Receiver<()> {
        self.engine.versions.events()
    }

    /// Changes whenever another process has written to the database, within a quarter of a second.
    pub fn foreign_changes(&self) -> watch::Receiver<u64> {
        self.engine.changes.clone()
    }

    /// Woken when this process has put jobs into a lane; see [`Catalog::wake_workers`].
    pub fn jobs(&self, lane: Lane) -> Arc<Notify> {
        self.engine.jobs[lane as usize].clone()
    }

    /// Tells the workers of a lane of this process that a job was committed.
    pub fn wake_workers(&self, lane: Lane) {
        self.engine.jobs[lane as usize].notify_one();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.writes = None;
        self.reads = None;
        let here = std::thread::current().id();
        // An operation may have held the last catalog; its thread ends by itself.
        for thread in self.threads.drain(..).filter(|thread| thread.thread().id() != here) {
            // A panic in an operation was caught and answered; one outside has nobody left to tell.
            let _ = thread.join();
        }
    }
}

async fn submit<T, E, F>(queue: Option<&Sender<Box<dyn Operation>>>, operation: F) -> Result<T, E>
where
    F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let stopped = || E::from(Error::Unavailable("the catalog has stopped".into()));
    let (reply, answer) = oneshot::channel();
    let queued = Box::new(Queued::new(operation, reply));
    queue.ok_or_else(stopped)?.send(queued).map_err(|_| stopped())?;
    answer.await.unwrap_or_else(|_| Err(stopped()))
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map_err(|error| Error::Unavailable(error.to_string()))
}
