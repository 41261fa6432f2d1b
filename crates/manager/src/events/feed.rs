//! The live feed: events as they happen, for whoever listens.
//!
//! One task reads the log and hands what is new to all listeners. A listener that fell behind, or was away, reads the log
//! for itself from where it was.

use std::sync::Arc;
use std::time::Duration;

use catalog::events::{self, Event};
use tokio::sync::broadcast::{self, Receiver, Sender, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::domain_event;
use crate::Manager;
use crate::access::Caller;
use crate::error::{Result, internal};
use crate::processing::Running;

/// Events that a listener may be behind before it has to read the log for itself.
const BEHIND: usize = 1024;
/// Events read from the log at a time.
const PAGE: i64 = 256;
/// Events that come this close together are read together.
const GATHER: Duration = Duration::from_millis(20);

/// Hands events to listeners.
pub(crate) struct Feed {
    news: Sender<Arc<Event>>,
    /// How far long work is: of this process, and told to those who listen in this moment.
    progress: Sender<Arc<Running>>,
    closing: CancellationToken,
}

impl Feed {
    pub(crate) fn new() -> Feed {
        let (news, progress) = (broadcast::channel(BEHIND).0, broadcast::channel(BEHIND).0);
        Feed { news, progress, closing: CancellationToken::new() }
    }

    /// Says how far some work is.
    pub(crate) fn tell_progress(&self, running: Running) {
        // Nobody may be listening.
        drop(self.progress.send(Arc::new(running)));
    }
}

/// Hands out what happens until `stop` is cancelled; then listeners are sent away, so that nobody waits for them.
pub(crate) async fn tail(manager: &Manager, stop: CancellationToken) {
    let feed = &manager.inner.feed;
    let mut told = manager.catalog().events();
    let mut at = None;
    loop {
        match hand_out(manager, at).await {
            Ok(seq) => at = Some(seq),
            Err(error) => tracing::warn!(%error, "the event log could not be read"),
        }
        tokio::select! {
            () = stop.cancelled() => break,
            changed = told.changed() => if changed.is_err() { break },
        }
        tokio::time::sleep(GATHER).await;
    }
    feed.closing.cancel();
}

/// Hands out what came after position `at` of the log; where the log ends now.
async fn hand_out(manager: &Manager, at: Option<i64>) -> Result<i64> {
    let Some(mut at) = at else { return Ok(manager.catalog().read(events::last).await?) };
    loop {
        let news = manager.catalog().read(move |tx| events::since(tx, at, PAGE)).await?;
        let Some(last) = news.last() else { return Ok(at) };
        at = last.seq;
        // Nobody may be listening.
        news.into_iter().for_each(|event| drop(manager.inner.feed.news.send(Arc::new(event))));
    }
}

/// An event of the feed.
#[derive(Debug, Clone)]
pub struct Told {
    /// Position in the log: with it a listener goes on where it was. What isn't in the log has none.
    pub position: Option<i64>,
    /// `file_ready` and the like; `file_progress`.
    pub kind: &'static str,
    /// The domain event, as webhooks carry it, or how far the work on a file is; JSON.
    pub data: String,
}

/// What a listener hears.
enum Next {
    Event(Event),
    Progress(Arc<Running>),
    End,
}

/// A listener.
pub struct Subscription {
    manager: Manager,
    site: i64,
    site_id: String,
    news: Receiver<Arc<Event>>,
    progress: Receiver<Arc<Running>>,
    /// Up to where everything was told.
    at: i64,
    /// Read from the log and not told yet, the next one last.
    backlog: Vec<Event>,
    /// Whether the log may hold more than the backlog.
    behind: bool,
}

/// Listens to what happens on the caller's site: from now on, or from behind `last`, a position that was told before.
pub async fn subscribe(manager: &Manager, caller: &Caller, last: Option<i64>) -> Result<Subscription> {
    // Listening begins before the log is asked where it ends, so that nothing falls in between.
    let news = manager.inner.feed.news.subscribe();
    let end = manager.catalog().read(events::last).await?;
    Ok(Subscription {
        manager: manager.clone(),
        site: caller.site,
        site_id: caller.site_id.clone(),
        news,
        progress: manager.inner.feed.progress.subscribe(),
        // A position from the future was not told by this log.
        at: last.unwrap_or(end).clamp(0, end),
        backlog: Vec::new(),
        behind: true,
    })
}

impl Subscription {
    /// Up to where everything was told.
    pub fn position(&self) -> i64 {
        self.at
    }

    /// The next event; `None` when the server stops.
    pub async fn next(&mut self) -> Result<Option<Told>> {
        loop {
            let event = match self.next_of_any_site().await? {
                Next::Event(event) => event,
                Next::Progress(running) if running.site == self.site => {
                    let data = serde_json::to_string(&*running).map_err(internal)?;
                    return Ok(Some(Told { position: None, kind: "file_progress", data }));
                }
                Next::Progress(_) => continue,
                Next::End => return Ok(None),
            };
            self.at = event.seq;
            if event.site == self.site {
                let message = domain_event(&self.manager, &self.site_id, &event)?;
                let (position, kind, data) =
                    (Some(event.seq), message.kind.name(), message.event.to_string());
                return Ok(Some(Told { position, kind, data }));
            }
        }
    }

    async fn next_of_any_site(&mut self) -> Result<Next> {
        loop {
            if let Some(event) = self.backlog.pop() {
                return Ok(Next::Event(event));
            }
            if self.behind {
                let at = self.at;
                let mut page = self.manager.catalog().read(move |tx| events::since(tx, at, PAGE)).await?;
                self.behind = page.len() as i64 == PAGE;
                page.reverse();
                self.backlog = page;
                continue;
            }
            let closing = self.manager.inner.feed.closing.clone();
            let heard = tokio::select! {
                () = closing.cancelled() => return Ok(Next::End),
                heard = self.news.recv() => heard,
                // Who misses a word of it hears the next one.
                Ok(running) = self.progress.recv() => return Ok(Next::Progress(running)),
            };
            match heard {
                // The log was read further than this already.
                Ok(event) if event.seq <= self.at => {}
                Ok(event) => return Ok(Next::Event(Event::clone(&event))),
                Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return Ok(Next::End),
            }
        }
    }
}
