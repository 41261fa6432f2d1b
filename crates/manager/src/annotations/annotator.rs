//! The thread that looks at pictures: one, behind everything else that the machine has to do, so that no upload is slower for
//! it. Models are read when they are first needed, and forgotten when nobody has needed them for a while.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use rustix::process::setpriority_process;
use tokio::sync::oneshot;
use vision::Vision;

use crate::error::{Result, internal};

/// How long models are kept that nobody needs.
const IDLE: Duration = Duration::from_secs(60);
/// How much others go before the thread.
const NICE: i32 = 19;
/// Pictures that may wait for it in this process.
const WAITING: usize = 16;

type Work = Box<dyn FnOnce(&Vision) + Send>;

/// Has pictures looked at, one after the other.
pub(crate) struct Annotator(SyncSender<Work>);

impl Annotator {
    pub(crate) fn start() -> Result<Annotator> {
        let (sender, works) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("annotator".into());
        thread.spawn(move || attend(&works)).map_err(internal)?;
        Ok(Annotator(sender))
    }

    /// Does some work with the models when its turn comes.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Vision) -> T + Send + 'static,
    ) -> Result<T> {
        let (done, doing) = oneshot::channel();
        let work: Work = Box::new(move |vision| {
            // Who has left needs no answer.
            if !done.is_closed() {
                drop(done.send(work(vision)));
            }
        });
        let sender = self.0.clone();
        let sent = tokio::task::spawn_blocking(move || sender.send(work)).await.map_err(internal)?;
        sent.map_err(|_| internal("the annotator has ended"))?;
        doing.await.map_err(internal)
    }
}

fn attend(works: &Receiver<Work>) {
    // Of this thread alone. Where it isn't allowed, the thread is as good as any other.
    let _ = setpriority_process(None, NICE);
    let vision = Vision::load();
    let mut rested = true;
    loop {
        match works.recv_timeout(IDLE) {
            Ok(work) => {
                work(&vision);
                rested = false;
            }
            Err(RecvTimeoutError::Timeout) if !rested => {
                vision.release();
                rested = true;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
