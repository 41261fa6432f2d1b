//! What has changed, told to those who keep copies of rows.
//!
//! A number per topic moves with every change of it: after the change can be seen, before it is answered. So a copy that
//! was made while the number stood as it stands now is as good as a look into the database. Changes by other processes
//! move all numbers, as late as they are noticed.

use std::sync::atomic::{AtomicU64, Ordering};

use contract::ids::FileId;
use tokio::sync::watch;

/// Files share this many numbers, so that a change of one makes few copies of others old.
const SHARDS: usize = 64;
const TOPICS: usize = SHARDS + 4;

/// What somebody may keep copies of.
#[derive(Debug, Clone, Copy)]
pub enum Topic<'a> {
    /// All API keys, users, their roles and sessions: whoever can call.
    Keys,
    /// The event log, and what is on its way to webhooks.
    Events,
    /// The presets of all sites, and which sites are strict about their images.
    Presets,
    /// What files look like.
    Likenesses,
    /// A file's row, facts and assets.
    File(&'a FileId),
}

impl Topic<'_> {
    fn place(self) -> usize {
        match self {
            Topic::Keys => SHARDS,
            Topic::Events => SHARDS + 1,
            Topic::Presets => SHARDS + 2,
            Topic::Likenesses => SHARDS + 3,
            Topic::File(id) => usize::from(id.unique()[15]) % SHARDS,
        }
    }
}

/// The topics that a transaction has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Touched([bool; TOPICS]);

impl Default for Touched {
    fn default() -> Touched {
        Touched([false; TOPICS])
    }
}

impl Touched {
    /// All files: many changed at once.
    pub(crate) fn add_files(&mut self) {
        self.0[..SHARDS].fill(true);
    }

    pub(crate) fn add(&mut self, topic: Topic<'_>) {
        self.0[topic.place()] = true;
    }
}

/// The numbers of all topics.
pub(crate) struct Versions {
    numbers: [AtomicU64; TOPICS],
    /// Told when the number of the event log moves.
    events: watch::Sender<()>,
}

impl Versions {
    pub(crate) fn new() -> Versions {
        Versions { numbers: std::array::from_fn(|_| AtomicU64::new(0)), events: watch::Sender::new(()) }
    }

    pub(crate) fn of(&self, topic: Topic<'_>) -> u64 {
        self.numbers[topic.place()].load(Ordering::Acquire)
    }

    pub(crate) fn advance(&self, touched: &Touched) {
        let changed = self.numbers.iter().zip(touched.0).filter(|(_, touched)| *touched);
        changed.for_each(|(number, _)| _ = number.fetch_add(1, Ordering::Release));
        if touched.0[Topic::Events.place()] {
            self.events.send_replace(());
        }
    }

    /// Changes whenever the event log does.
    pub(crate) fn events(&self) -> watch::Receiver<()> {
        self.events.subscribe()
    }

    pub(crate) fn advance_all(&self) {
        self.advance(&Touched([true; TOPICS]));
    }
}
