//! What is left to do after a folder has moved: rows below it know by a stamp which tree they are in.
//!
//! Nobody sees the difference, as those who read know which stamps to trust; a tree that isn't settled yet only costs
//! them more. Small folders are settled in the change itself, others by a task of the server afterwards.

use std::time::Duration;

use catalog::Tx;
use catalog::folders;
use catalog::jobs::Lane;
use tokio_util::sync::CancellationToken;

use crate::Manager;
use crate::error::Result;
use crate::jobs::enqueue;

/// Rows that are stamped in the change itself: few enough that a caller doesn't notice. A row takes 25 µs in a library of
/// a million files, the call 1 ms.
const AT_ONCE: usize = 16;
/// Rows that one transaction stamps afterwards: other writers wait as long as that takes, about 5 ms.
const AT_A_TIME: usize = 50;
/// How often is looked whether there is anything to do: another process may have moved a folder, or a server have died.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether anything is left to settle.
#[must_use]
pub(super) struct Left(bool);

/// Settles what is quickly settled, in the transaction that made it necessary.
pub(super) fn settle_at_once(tx: &Tx<'_>, now: i64) -> Result<Left> {
    settle_some(tx, AT_ONCE, now).map(Left)
}

/// Once that is committed: wakes those who do the rest.
pub(super) fn settled(manager: &Manager, left: Left) {
    manager.catalog().wake_workers(Lane::Work);
    if left.0 {
        manager.inner.unsettled.notify_one();
    }
}

/// Settles what changing about `most` rows allows; whether anything is left.
fn settle_some(tx: &Tx<'_>, most: usize, now: i64) -> Result<bool> {
    let settled = folders::settle(tx, most)?;
    for buried in settled.buried {
        enqueue(tx, &buried.into(), now)?;
    }
    Ok(settled.more)
}

/// Settles whatever needs it until `stop` is cancelled.
pub(crate) async fn settle_whenever_needed(manager: &Manager, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match settle_a_batch(manager).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "folders could not be settled and are tried again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = manager.inner.unsettled.notified() => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
    }
}

/// Whether there was anything to do.
async fn settle_a_batch(manager: &Manager) -> Result<bool> {
    if manager.catalog().read(folders::is_all_settled).await? {
        return Ok(false);
    }
    let now = manager.now();
    manager.catalog().write(move |tx| settle_some(tx, AT_A_TIME, now)).await?;
    manager.catalog().wake_workers(Lane::Work);
    Ok(true)
}
