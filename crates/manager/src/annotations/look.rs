//! A look at one picture.

use catalog::files::{self, FileRecord, Status};
use catalog::{Tx, sites};
use contract::formats::Kind;
use facts::Annotations;
use vision::{USEFUL_SIDE, VisionError, Wants};

use super::write::{Seen, write};
use crate::Manager;
use crate::delivery::image::small_copy;
use crate::delivery::locate;
use crate::error::{Error, Result, internal};
use crate::files::facts_of;
use crate::jobs::{self, Held, Work, end};

/// Has machines look at a file that can be used now, if there is something to see and its site wants that.
pub(crate) fn enqueue(tx: &Tx<'_>, file: &FileRecord, now: i64) -> Result<()> {
    let wanted = is_seen(file) && sites::by_num(tx, file.site)?.is_some_and(|site| site.annotates);
    if wanted { jobs::enqueue(tx, &Work::Annotate { file: file.num }, now) } else { Ok(()) }
}

/// Whether there is something to see for machines.
pub(super) fn is_seen(file: &FileRecord) -> bool {
    file.format.kind == Kind::Image && file.status == Status::Ready
}

/// Does the job.
pub(crate) async fn annotate(manager: &Manager, held: &Held, num: i64) -> Result<()> {
    let file = manager.catalog().read(move |tx| files::by_num(tx, num)).await?;
    let Some(file) = file.filter(is_seen) else { return end(manager, held).await };
    // It was asked for by hand meanwhile.
    if facts_of(&file)?.annotations.is_some() {
        return end(manager, held).await;
    }
    let seen = look(manager, &file, Wants::ALL).await?;
    let held = held.lock().await;
    let (job, now) = (held.clone(), manager.now());
    let ended = manager.catalog().write(move |tx| {
        if catalog::jobs::complete(tx, &job)?
            && let Some(seen) = &seen
        {
            write(tx, num, seen, None, now)?;
        }
        Ok::<_, Error>(())
    });
    ended.await
}

/// Has a picture looked at; nothing where it can't be decoded here.
pub(super) async fn look(manager: &Manager, file: &FileRecord, wants: Wants) -> Result<Option<Seen>> {
    let Some(located) = locate(manager, file.id.clone()).await? else { return Ok(None) };
    let Some(copy) = small_copy(manager, &located, USEFUL_SIDE).await? else { return Ok(None) };
    let seen = manager.inner.annotator.run(move |vision| {
        // Decoding waits for its turn, too: it takes as long as the rest.
        let pixels = copy()?;
        match vision.annotate(&pixels, wants) {
            Ok((found, _)) => Ok(Some(found)),
            Err(VisionError::Broken(_) | VisionError::Limit(_)) => Ok(None),
            Err(error @ VisionError::Model(_)) => Err(internal(error)),
        }
    });
    let found: Option<Annotations> = seen.await??;
    Ok(found.map(Seen::of))
}
