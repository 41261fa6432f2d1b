//! The engine: one writer that commits in groups, readers beside it, each on a thread of its own.
//!
//! A durable commit costs a sync of the disk, whatever it holds. So the writer takes all operations that wait, runs each
//! in a savepoint of one transaction, commits once, and only then answers any of them.

use std::fs::{File, OpenOptions};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{Notify, oneshot, watch};

use crate::error::{Error, Result};
use crate::migrate::migrate;
use crate::tx::Tx;

/// Operations committed together at the most.
const GROUP: usize = 256;
/// Operations that one reader takes at once; more would let a slow one delay too many.
const DRAUGHT: usize = 16;
/// How often changes by other processes are looked for.
const LOOK_AROUND: Duration = Duration::from_millis(200);

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

/// The catalog. Clones share the engine, which stops when the last one is dropped.
#[derive(Clone)]
pub struct Catalog {
    engine: Arc<Engine>,
}

struct Engine {
    writes: Option<Sender<Box<dyn Operation>>>,
    reads: Option<Sender<Box<dyn Operation>>>,
    threads: Vec<JoinHandle<()>>,
    changes: watch::Receiver<u64>,
    jobs: Arc<Notify>,
    /// Held for as long as the engine lives.
    _lock: Option<File>,
}

impl Catalog {
    /// Opens the database, making or migrating it as needed. Blocks; meant for the start of a process.
    pub fn open(options: &Options) -> Result<Catalog> {
        let lock = options.exclusive.then(|| lock(&options.path)).transpose()?;
        let mut writer = connect(&options.path)?;
        migrate(&mut writer)?;
        let (writes, write_queue) = unbounded();
        let (reads, read_queue) = unbounded();
        let (changed, changes) = watch::channel(0);
        let jobs = Arc::new(Notify::new());
        let mut threads = vec![spawn("catalog-writer", move || write_all(&writer, &write_queue, &changed))?];
        for _ in 0..options.readers.max(1) {
            let connection = connect(&options.path)?;
            connection.pragma_update(None, "query_only", true)?;
            let queue: Receiver<Box<dyn Operation>> = read_queue.clone();
            threads.push(spawn("catalog-reader", move || read_all(&connection, &queue))?);
        }
        let engine = Engine { writes: Some(writes), reads: Some(reads), threads, changes, jobs, _lock: lock };
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
    /// nothing of it is. An operation may be run again (a group is, on another engine), so it must be pure.
    pub async fn write<T, E, F>(&self, operation: F) -> Result<T, E>
    where
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        submit(self.engine.writes.as_ref(), operation).await
    }

    /// Changes whenever another process has written to the database, within a quarter of a second.
    pub fn foreign_changes(&self) -> watch::Receiver<u64> {
        self.engine.changes.clone()
    }

    /// Woken when this process has put jobs into the queue; see [`Catalog::wake_workers`].
    pub fn jobs(&self) -> Arc<Notify> {
        self.engine.jobs.clone()
    }

    /// Tells the workers of this process that a job was committed.
    pub fn wake_workers(&self) {
        self.engine.jobs.notify_one();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.writes = None;
        self.reads = None;
        for thread in self.threads.drain(..) {
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
    let queued = Queued { operation, result: None, reply };
    queue.ok_or_else(stopped)?.send(Box::new(queued)).map_err(|_| stopped())?;
    answer.await.unwrap_or_else(|_| Err(stopped()))
}

/// An operation in a queue, with the one who waits for it.
trait Operation: Send {
    /// Runs it; whether its writes are to stay.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// Answers, with its own result, or with what befell its transaction.
    fn answer(self: Box<Self>, transaction: &Result<()>);
}

struct Queued<T, E, F> {
    operation: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Operation for Queued<T, E, F>
where
    F: Fn(&Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let result = catch_unwind(AssertUnwindSafe(|| (self.operation)(tx)));
        let result =
            result.unwrap_or_else(|_| Err(Error::Unavailable("the operation panicked".into()).into()));
        let stays = result.is_ok();
        self.result = Some(result);
        stays
    }

    fn answer(self: Box<Self>, transaction: &Result<()>) {
        let result = match (transaction, self.result) {
            (_, Some(Err(error))) => Err(error),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::Unavailable("the operation was not run".into()).into()),
            (Err(error), _) => Err(error.clone().into()),
        };
        // Nobody waits any more when the caller was cancelled.
        let _ = self.reply.send(result);
    }
}

fn write_all(connection: &Connection, queue: &Receiver<Box<dyn Operation>>, changed: &watch::Sender<u64>) {
    let mut seen = version(connection);
    let mut looked = Instant::now();
    loop {
        let mut group = Vec::new();
        match queue.recv_timeout(LOOK_AROUND) {
            Ok(first) => group.push(first),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        group.extend(queue.try_iter().take(GROUP - group.len()));
        if !group.is_empty() {
            let outcome = commit(connection, &mut group);
            for operation in group {
                operation.answer(&outcome);
            }
        }
        if looked.elapsed() >= LOOK_AROUND {
            looked = Instant::now();
            // The number moves with commits of other connections only, and this one is the only writer here.
            let now = version(connection);
            if now != seen {
                seen = now;
                changed.send_modify(|count| *count += 1);
            }
        }
    }
    // Readers of the file find everything in the database itself; not needed for safety, so a failure is no matter.
    let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
}

fn commit(connection: &Connection, group: &mut [Box<dyn Operation>]) -> Result<()> {
    let run = |sql: &str| connection.prepare_cached(sql)?.execute([]);
    run("BEGIN IMMEDIATE")?;
    let tx = Tx::new(connection);
    let done = (|| {
        for operation in group {
            run("SAVEPOINT operation")?;
            if !operation.run(&tx) {
                run("ROLLBACK TO operation")?;
            }
            run("RELEASE operation")?;
        }
        run("COMMIT")
    })();
    if let Err(error) = done {
        // After a failed commit nobody knows what is on the disk: the group is undone and told so, never tried again.
        if !connection.is_autocommit() {
            let _ = run("ROLLBACK");
        }
        return Err(error.into());
    }
    Ok(())
}

fn read_all(connection: &Connection, queue: &Receiver<Box<dyn Operation>>) {
    while let Ok(first) = queue.recv() {
        // Whoever is in this draught asked before the snapshot is taken, so nobody reads the past.
        let mut draught = vec![first];
        draught.extend(queue.try_iter().take(DRAUGHT - 1));
        let begun = connection.prepare_cached("BEGIN").and_then(|mut begin| begin.execute([]));
        let outcome = begun.map(|_| ()).map_err(Error::from);
        let tx = Tx::new(connection);
        for mut operation in draught {
            if outcome.is_ok() {
                operation.run(&tx);
            }
            operation.answer(&outcome);
        }
        if !connection.is_autocommit() {
            let ended = connection.prepare_cached("COMMIT").and_then(|mut end| end.execute([]));
            if let Err(error) = ended {
                tracing::warn!(%error, "a read transaction did not end");
            }
        }
    }
}

fn version(connection: &Connection) -> i64 {
    connection.pragma_query_value(None, "data_version", |row| row.get(0)).unwrap_or_default()
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map_err(|error| Error::Unavailable(error.to_string()))
}

fn connect(path: &Path) -> Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(512);
    // Plans depend on the statement alone. Otherwise SQLite plans some of ours anew whenever a value is bound, which
    // costs more than running them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a commit is answered only when the log is on the disk.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -32 * 1024)?;
    connection.pragma_update(None, "mmap_size", 1_i64 << 32)?;
    // Rarer checkpoints than the default: each one syncs the database itself.
    connection.pragma_update(None, "wal_autocheckpoint", 8192)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    Ok(connection)
}

fn lock(database: &Path) -> Result<File> {
    let path = database.with_extension("lock");
    let unavailable = |error: std::io::Error| Error::Unavailable(format!("{}: {error}", path.display()));
    let file =
        OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(unavailable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => Err(Error::InUse(database.display().to_string())),
    }
}
