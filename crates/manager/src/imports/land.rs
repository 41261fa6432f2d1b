//! The end of an import: the bytes are judged like an upload's and committed, or the file has FAILED.

use catalog::Tx;
use catalog::files::{self, FileRecord};
use catalog::jobs;
use catalog::jobs::Lane;
use contract::errors::Code;
use contract::failures::Failure;
use contract::formats::Format;
use storage::Staged;

use super::Import;
use super::fetch::{Ended, fetch};
use crate::Manager;
use crate::error::{Error, Result, internal, invalid};
use crate::jobs::{Held, Work, enqueue, renew};
use crate::processing::{self, Finding, look_quickly};
use crate::uploads::{Expected, charge_bytes, judge, original, original_key};

/// Does the job of an import.
pub(crate) async fn run(manager: &Manager, held: &Held, import: &Import) -> Result<()> {
    let num = import.file;
    let file = manager.catalog().read(move |tx| files::by_num(tx, num)).await?;
    let failure = match file {
        // Deleted for good meanwhile: there is nothing to fetch for.
        None => None,
        Some(file) => match bring(manager, held, import, &file).await {
            Ok(()) => return Ok(()),
            Err(Ended::Ours(error)) => return Err(error),
            Err(Ended::Failed(failure)) => Some(failure),
        },
    };
    let held = held.lock().await;
    let (job, import, now) = (held.clone(), import.clone(), manager.now());
    let ended = manager.catalog().write(move |tx| {
        if jobs::complete(tx, &job)?
            && let Some(failure) = &failure
        {
            fail(tx, &import, failure.clone(), now)?;
        }
        Ok::<_, Error>(())
    });
    ended.await
}

/// The import has failed for good.
pub(crate) fn fail(tx: &Tx<'_>, import: &Import, failure: Failure, now: i64) -> Result<()> {
    files::set_empty(tx, import.file)?;
    processing::settle(tx, import.file, &Finding::Broken(failure), import.external_info.clone(), now)
}

/// Fetches, judges and commits.
async fn bring(manager: &Manager, held: &Held, import: &Import, file: &FileRecord) -> Result<(), Ended> {
    let most = manager.settings().limits.bytes_of(file.format.kind);
    let mut staged = fetch(manager, &import.source, import.file, most).await?;
    let format = judged(manager, &staged, file).map_err(ended)?;
    staged.seal().await.map_err(|error| Ended::Ours(error.into()))?;
    let finding = look_quickly(manager, &staged, format).await.map_err(ended)?;
    // Bytes are put in place only by who has the job for long enough to say so.
    if !renew(manager, held).await.map_err(Ended::Ours)? {
        return Err(Ended::Ours(internal("the job was taken over by another worker")));
    }
    commit(manager, held, import, file, staged, format, finding).await.map_err(ended)
}

/// What a refusal means for an import: it has failed, unless the fault is ours.
fn ended(error: Error) -> Ended {
    match error {
        Error::Invalid(found) if !found.is_empty() => {
            let first = &found[0];
            let (code, description) = (first.rule_name.clone(), first.description.clone());
            Ended::Failed(Failure { code, description, data: first.data.clone() })
        }
        error => Ended::Ours(error),
    }
}

/// What the bytes are, against what was expected of them.
fn judged(manager: &Manager, staged: &Staged, file: &FileRecord) -> Result<&'static Format> {
    if staged.length() == 0 {
        return Err(invalid(Code::ZeroFileSize, "url", "the source sent an empty file"));
    }
    let expected =
        Expected { format: file.format, mime: file.format.mime, also: None, name: Some(&file.file_name) };
    judge(&manager.settings().limits, "url", staged, &expected)
}

async fn commit(
    manager: &Manager,
    held: &Held,
    import: &Import,
    file: &FileRecord,
    staged: Staged,
    format: &'static Format,
    finding: Finding,
) -> Result<()> {
    let num = file.site;
    let site = manager.catalog().read(move |tx| catalog::sites::by_num(tx, num)).await?;
    let site = site.ok_or_else(|| internal("the file belongs to no site"))?;
    let key = original_key(&site.id, file.id.as_str()).map_err(internal)?;
    // A worker that died between bytes and row left bytes that nobody knows.
    manager.store().delete(&key).await?;
    let digest = staged.commit(&key).await?;
    let original = original(&key, format, &digest);
    let held = held.lock().await;
    let (job, import, now) = (held.clone(), import.clone(), manager.now());
    let landed = manager.catalog().write(move |tx| {
        if !jobs::complete(tx, &job)? {
            return Err(internal("the job was taken over by another worker"));
        }
        if !files::set_original(tx, import.file, format, &original)? {
            return Ok(Landed::Gone);
        }
        charge_bytes(tx, site.num, "url", digest.length, now)?;
        let external_info = import.external_info.clone();
        if let Finding::Later = finding {
            enqueue(tx, &Work::Process { file: import.file, external_info }, now)?;
            return Ok(Landed::Unseen);
        }
        processing::settle(tx, import.file, &finding, external_info, now)?;
        Ok(Landed::Done)
    });
    let landed = landed.await;
    if !matches!(landed, Ok(Landed::Done | Landed::Unseen)) {
        manager.store().delete(&key).await?;
    }
    if matches!(landed, Ok(Landed::Unseen)) {
        manager.catalog().wake_workers(Lane::Work);
    }
    landed.map(|_| ())
}

/// How the bytes of an import were received.
enum Landed {
    /// They are there, and so is what is known of them.
    Done,
    /// They are there; a job will look at them.
    Unseen,
    /// Nobody wants them any more: the file was deleted for good.
    Gone,
}
