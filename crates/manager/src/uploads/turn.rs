//! Whose turn it is: at any moment one request alone brings bytes of an upload.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use contract::errors::Code;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::Manager;
use crate::error::{Result, refused};

/// How long whoever wants the turn waits for the one who has it to give it back.
const PATIENCE: Duration = Duration::from_secs(1);

/// The turns that are taken, by what they are for; cancelled: somebody wants it.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<String, CancellationToken>>);

impl Turns {
    fn taken(&self) -> MutexGuard<'_, HashMap<String, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many uploads are running.
    pub(super) fn count(&self) -> usize {
        self.taken().len()
    }
}

/// A turn, until it is dropped.
pub(super) struct Turn {
    manager: Manager,
    name: String,
    wanted: CancellationToken,
}

impl Turn {
    /// Takes the turn, if it is free.
    pub(super) fn take(manager: &Manager, name: &str) -> Result<Turn> {
        let mut taken = manager.inner.turns.taken();
        if taken.contains_key(name) {
            return Err(refused(Code::UploadInProgress, "another request is sending this file"));
        }
        let wanted = CancellationToken::new();
        taken.insert(name.to_owned(), wanted.clone());
        Ok(Turn { manager: manager.clone(), name: name.to_owned(), wanted })
    }

    /// Asks whoever has the turn to stop, and takes it then.
    pub(super) async fn demand(manager: &Manager, name: &str) -> Result<Turn> {
        let began = Instant::now();
        loop {
            match Turn::take(manager, name) {
                Err(busy) if began.elapsed() > PATIENCE => return Err(busy),
                Err(_) => Turn::want(manager, name),
                Ok(turn) => return Ok(turn),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn want(manager: &Manager, name: &str) {
        if let Some(wanted) = manager.inner.turns.taken().get(name) {
            wanted.cancel();
        }
    }

    /// Waits until somebody else wants the turn.
    pub(super) async fn wanted(&self) {
        self.wanted.cancelled().await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.manager.inner.turns.taken().remove(&self.name);
    }
}
