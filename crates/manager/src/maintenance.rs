//! What has to be tidied up: sessions and staging files that ended, trash that is old enough, events that were told.

use std::time::Duration;

use catalog::jobs::Lane;
use catalog::{audit, deliveries, events, files, folders, resumables, revocations, sessions, uploads};
use tokio_util::sync::CancellationToken;

use crate::Manager;
use crate::error::{Result, internal};
use crate::files::bury;
use crate::processing;
use crate::uploads::{complete_stranded, forget, original_key};

/// How often.
const EVERY: Duration = Duration::from_secs(60);
/// Rows that one transaction takes on.
const BATCH: i64 = 500;
/// How long an expired session is kept, so that a late client still learns that it expired.
const GRACE: i64 = 60 * 60 * 1000;

/// Tidies up from time to time until `stop` is cancelled.
pub(crate) async fn run(manager: &Manager, stop: CancellationToken) {
    loop {
        if let Err(error) = sweep(manager).await {
            tracing::warn!(%error, "tidying up failed and is tried again later");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn sweep(manager: &Manager) -> Result<()> {
    complete_stranded(manager, BATCH).await?;
    let now = manager.now();
    // A staging file that nothing was written to for so long belongs to no upload that still runs.
    let idle = manager.settings().upload_lifetime.min(Duration::from_secs(24 * 3600));
    manager.store().sweep(idle).await?;
    let told = now - millis(manager.settings().events_retention);
    manager.catalog().write(move |tx| events::sweep(tx, told, BATCH)).await?;
    manager.catalog().write(move |tx| deliveries::sweep(tx, told, BATCH)).await?;
    let done = now - millis(manager.settings().audit_retention);
    manager.catalog().write(move |tx| audit::sweep(tx, done, BATCH)).await?;
    for ended in manager.catalog().read(move |tx| resumables::expired(tx, now - GRACE, BATCH)).await? {
        forget(manager, &ended.id).await?;
    }
    manager.catalog().write(move |tx| uploads::sweep(tx, now - GRACE, BATCH)).await?;
    manager.catalog().write(move |tx| sessions::sweep(tx, now, BATCH)).await?;
    manager.catalog().write(move |tx| revocations::sweep(tx, now, BATCH)).await?;
    empty_trash(manager, now).await
}

/// Deletes for good what has been in the trash for long enough.
async fn empty_trash(manager: &Manager, now: i64) -> Result<()> {
    let before = now - millis(manager.settings().trash_retention);
    loop {
        let emptied = manager.catalog().write(move |tx| {
            let files = files::expired_trash(tx, before, BATCH)?;
            for file in &files {
                bury(tx, file, None, now)?;
            }
            let folders = folders::expired_trash(tx, before, BATCH)?;
            for folder in &folders {
                crate::folders::bury(tx, folder, None, now)?;
            }
            Ok::<_, crate::Error>(files.len().max(folders.len()))
        });
        let emptied = emptied.await?;
        if emptied > 0 {
            manager.catalog().wake_workers(Lane::Work);
        }
        if (emptied as i64) < BATCH {
            return Ok(());
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// After a start nobody is sending yet: whatever lies in staging was cut off, and so were bytes that were moved into
/// place while the row that would have told of them was never written.
pub(crate) async fn sweep_after_start(manager: &Manager) -> Result<()> {
    let staged = manager.store().sweep(Duration::ZERO).await?;
    processing::sweep_work(manager).await;
    let mut after = String::new();
    let mut orphans = 0;
    loop {
        let page = manager.catalog().read(move |tx| uploads::unfinished(tx, &after, BATCH)).await?;
        for (session, site_id) in &page {
            let key = original_key(site_id, &session.file).map_err(internal)?;
            if !manager.store().exists(&key).await? {
                continue;
            }
            let id = session.id.clone();
            let resumable = manager.catalog().read(move |tx| resumables::of_session(tx, &id)).await?;
            match resumable.filter(|row| row.length == Some(row.received)) {
                // Its client may have been told that every byte is here: the file is made yet.
                Some(row) => manager.store().regrow(&key, &row.id).await?,
                None => {
                    manager.store().delete(&key).await?;
                    orphans += 1;
                }
            }
        }
        match page.last() {
            Some((session, _)) => after = session.id.clone(),
            None => break,
        }
    }
    if staged + orphans > 0 {
        tracing::info!(staged, orphans, "leftovers of uploads that were cut off are gone");
    }
    Ok(())
}
