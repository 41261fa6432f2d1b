//! Memory and threads for all that decodes pictures, so that many of them at once take no more than a few do.

use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Result, internal};

/// Decoders run on threads of their own, one for each core: allocators keep memory for every thread that ever asked for some.
pub(crate) struct Decoders {
    /// A permit for each mebibyte.
    memory: Arc<Semaphore>,
    mebibytes: u32,
    /// A permit for each core: who waits for one may still leave, who waits for a thread may not.
    cores: Arc<Semaphore>,
    /// None once it is dropped.
    threads: Option<Runtime>,
}

/// Memory that somebody may use.
pub(crate) struct Memory {
    _permits: OwnedSemaphorePermit,
}

impl Decoders {
    /// For `memory` bytes in all.
    pub(crate) fn new(memory: u64) -> Result<Decoders> {
        let mebibytes = u32::try_from(memory >> 20).unwrap_or(u32::MAX).max(1);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads =
            Builder::new_current_thread().max_blocking_threads(cores).thread_name("decoder").build();
        Ok(Decoders {
            memory: Arc::new(Semaphore::new(mebibytes as usize)),
            mebibytes,
            cores: Arc::new(Semaphore::new(cores)),
            threads: Some(threads.map_err(internal)?),
        })
    }

    /// Waits for room for `bytes`, or for all of the memory where that is less.
    pub(crate) async fn reserve(&self, bytes: u64) -> Result<Memory> {
        let mebibytes = u32::try_from(bytes >> 20).unwrap_or(u32::MAX).clamp(1, self.mebibytes);
        let permits = self.memory.clone().acquire_many_owned(mebibytes).await.map_err(internal)?;
        Ok(Memory { _permits: permits })
    }

    /// Does some work on a thread, when there is one. The memory goes with it: work that has begun can't be stopped, whether or
    /// not somebody still waits for it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        memory: Memory,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let core = self.cores.clone().acquire_owned().await.map_err(internal)?;
        let threads = self.threads.as_ref().ok_or_else(|| internal("the server ends"))?;
        let work = threads.spawn_blocking(move || {
            let (_core, _memory) = (core, memory);
            work()
        });
        work.await.map_err(internal)
    }
}

impl Drop for Decoders {
    fn drop(&mut self) {
        // Nobody waits for what they are at.
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}
