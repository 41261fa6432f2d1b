//! Bytes that are all here: judged, looked at, committed, and only then answered.

use catalog::files::{self, FileRecord, NewFile, Status};
use catalog::folders::{self, Root};
use catalog::jobs::Lane;
use catalog::uploads;
use contract::descriptor::FileDescriptor;
use contract::errors::Code;
use contract::formats::Format;
use contract::ids::FileId;
use storage::Staged;

use super::admit::{Expected, charge, judge};
use super::ticket::Ticket;
use super::{original, original_key};
use crate::Manager;
use crate::access::Reach;
use crate::actor::Actor;
use crate::audit::{Action, facts_of, note};
use crate::error::{Result, internal, refused};
use crate::events::{Happened, tell};
use crate::files::describe;
use crate::jobs::{Work, enqueue};
use crate::names;
use crate::processing::{self, Finding};

/// Makes the file. When this returns `Ok`, it is there to stay; when it doesn't, nothing of it is.
pub(super) async fn settle(
    ticket: Ticket,
    mut staged: Staged,
    content_type: Option<&str>,
    file_name: Option<&str>,
) -> Result<FileDescriptor> {
    let manager = ticket.manager.clone();
    ticket.check_length(staged.length())?;
    let name = file_name.and_then(names::made_to_fit).or_else(|| ticket.spec.name.clone());
    let expected = Expected {
        format: ticket.format,
        mime: &ticket.spec.mime,
        also: content_type,
        name: name.as_deref(),
    };
    let format = judge(&manager.settings().limits, "file", &staged, &expected)?;
    staged.seal().await?;
    let finding = processing::look_quickly(&manager, &staged, format).await?;
    // From here on a client that hangs up stops nothing: bytes in place without a row would bar the way to a second try.
    let committed = tokio::spawn(async move {
        let file = commit(&manager, &ticket, staged, format, name, finding).await?;
        let site_id = ticket_site(&manager, &ticket).await?;
        describe(&manager, &site_id, file)
    });
    committed.await.map_err(internal)?
}

/// What a file is called for which nobody has a name.
pub(super) fn nameless(id: &FileId, format: &Format) -> String {
    format!("{}.{}", &id.as_str()[..39], format.extension())
}

async fn ticket_site(manager: &Manager, ticket: &Ticket) -> Result<String> {
    let num = ticket.session.site;
    let site = manager.catalog().read(move |tx| catalog::sites::by_num(tx, num)).await?;
    Ok(site.map(|site| site.id).unwrap_or_default())
}

/// Bytes first, rows second: a crash in between leaves bytes that nobody knows, which the sweeper finds by the session.
async fn commit(
    manager: &Manager,
    ticket: &Ticket,
    staged: Staged,
    format: &'static Format,
    name: Option<String>,
    finding: Finding,
) -> Result<FileRecord> {
    let site_id = ticket_site(manager, ticket).await?;
    let key = original_key(&site_id, &ticket.session.file).map_err(internal)?;
    let digest = staged.commit(&key).await?;
    let id = FileId::parse(&ticket.session.file).ok_or_else(|| internal("the session names no file"))?;
    let name = match name {
        Some(name) => names::with_extension(&name, format),
        None => nameless(&id, format),
    };
    let original = original(&key, format, &digest);
    let (session, spec, site, now) =
        (ticket.session.id.clone(), ticket.spec.clone(), ticket.session.site, manager.now());
    let origin = ticket.origin.clone();
    let waits = matches!(finding, Finding::Later);
    let added = manager.catalog().write(move |tx| {
        if !uploads::finish(tx, &session, now)? {
            return Err(refused(Code::UploadAlreadyDone, "this upload URL was used; ask for a new one"));
        }
        charge(tx, site, "file", digest.length, now)?;
        // The folder may have gone since the URL was issued; the file is not to be lost for that.
        let folder = folders::by_id(tx, site, &spec.folder)?.filter(|folder| folder.root < Root::Trash);
        let folder = match folder {
            Some(folder) => folder,
            None => crate::folders::live(tx, &Reach::whole(site), "parentFolderId", None)?,
        };
        let (status, facts) = finding.outcome()?;
        let file = NewFile {
            site,
            id: id.clone(),
            format,
            private: spec.private,
            folder,
            file_name: name.clone(),
            name: name.clone(),
            labels: spec.labels.clone(),
            status,
            facts,
            source_url: None,
            added_by_type: spec.added_by_type.clone(),
            added_by: spec.added_by.clone(),
            original: Some(original.clone()),
        };
        let file = files::insert(tx, &file, now)?;
        finding.follow_up(tx, &file, now)?;
        if let Some(origin) = &origin {
            let by = Actor::who_brought(&file).by(origin.clone());
            note(tx, Some(site), Action::FileUpload, file.id.as_str(), facts_of(&file), &by, now)?;
        }
        let (external_info, told) = (spec.external_info.clone(), Box::new(file.clone()));
        let happened = match (status, finding.failure()) {
            (Status::Pending, _) => {
                enqueue(tx, &Work::Process { file: file.num, external_info }, now)?;
                return Ok(file);
            }
            (Status::Failed, Some(failure)) => Happened::FileFailed { file: told, external_info, failure },
            _ => Happened::FileReady { file: told, external_info, restored: false },
        };
        tell(tx, site, happened, Some(&Actor::who_brought(&file)), now)?;
        Ok(file)
    });
    match added.await {
        Ok(file) => {
            if waits {
                manager.catalog().wake_workers(Lane::Work);
            }
            Ok(file)
        }
        Err(error) => {
            if let Err(failed) = manager.store().delete(&key).await {
                tracing::warn!(error = %failed, %key, "bytes of a refused upload are left for the sweeper");
            }
            Err(error)
        }
    }
}
