//! The bytes of a file: staged, judged, committed, and only then answered.

use std::io;

use bytes::Bytes;
use catalog::files::{self, FileRecord, NewAsset, NewFile, Status};
use catalog::folders::{self, Root};
use catalog::uploads::{self, Upload};
use contract::descriptor::FileDescriptor;
use contract::errors::Code;
use contract::formats::{self, Format};
use contract::ids::FileId;
use futures::{Stream, StreamExt};
use media::decide::decide;
use media::sniff::{HEAD, sniff};
use storage::Staged;

use super::admit::{admit, charge, refuse_type, room};
use super::{Spec, UploadClaims, original_key};
use crate::Manager;
use crate::error::{Result, internal, invalid, refused};
use crate::events::{FileEvent, tell};
use crate::files::describe;
use crate::names;
use crate::processing::{self, Finding, Work};
use crate::tokens::{Purpose, Rejected};

/// The right to send the bytes of one file. While it lives, nobody else can send them.
pub struct Ticket {
    manager: Manager,
    session: Upload,
    spec: Spec,
    format: &'static Format,
    _turn: Turn,
}

/// Being the one request that sends the bytes of a session.
struct Turn {
    manager: Manager,
    session: String,
}

impl Turn {
    fn take(manager: &Manager, session: &str) -> Result<Turn> {
        let mut receiving = manager.inner.receiving.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !receiving.insert(session.to_owned()) {
            return Err(refused(Code::UploadInProgress, "another request is sending this file"));
        }
        Ok(Turn { manager: manager.clone(), session: session.to_owned() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut receiving =
            self.manager.inner.receiving.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        receiving.remove(&self.session);
    }
}

/// A body and what came with it.
pub struct Incoming<S> {
    /// The bytes; an error ends them early.
    pub bytes: S,
    /// How many the client says there are.
    pub length: Option<u64>,
    /// What the client says they are.
    pub content_type: Option<String>,
    /// What the client calls them.
    pub file_name: Option<String>,
}

/// Judges an upload by its token and length alone, before a byte is read.
pub async fn open(manager: &Manager, token: &str, length: Option<u64>) -> Result<Ticket> {
    let rejected = |rejected| match rejected {
        Rejected::Invalid => {
            refused(Code::UploadTokenInvalid, "the upload URL is not valid; ask for a new one")
        }
        Rejected::Expired => {
            refused(Code::UploadTokenExpired, "the upload URL has expired; ask for a new one")
        }
    };
    let claims: UploadClaims = manager.tokens().read_live(Purpose::Upload, token).map_err(rejected)?;
    // The turn comes before the look: a request that ended in between has spent the session by now.
    let turn = Turn::take(manager, &claims.jti)?;
    let found = manager.catalog().read(move |tx| uploads::get(tx, &claims.jti)).await?;
    let session = found.ok_or_else(|| rejected(Rejected::Invalid))?;
    if session.finished.is_some() {
        return Err(refused(Code::UploadAlreadyDone, "this upload URL was used; ask for a new one"));
    }
    if session.expires <= manager.now() {
        return Err(rejected(Rejected::Expired));
    }
    let spec: Spec = serde_json::from_str(&session.spec).map_err(internal)?;
    let format =
        formats::by_name(&spec.format).ok_or_else(|| internal("the session names an unknown format"))?;
    let ticket = Ticket { manager: manager.clone(), session, spec, format, _turn: turn };
    if let Some(length) = length {
        check_length(&ticket, length)?;
        let site = ticket.session.site;
        manager.catalog().read(move |tx| room(tx, site, "file", length)).await?;
    }
    Ok(ticket)
}

fn check_length(ticket: &Ticket, length: u64) -> Result<()> {
    admit(&ticket.manager.settings().limits, "file", ticket.format, Some(length))?;
    match ticket.spec.size {
        Some(declared) if declared != length => {
            let text = format!("{declared} bytes were declared, and the body has {length}");
            Err(invalid(Code::FileSizeMismatch, "file", text))
        }
        _ => Ok(()),
    }
}

/// Takes in the bytes. When this returns `Ok`, the file is there to stay; when it doesn't, nothing of it is.
pub async fn receive<S>(manager: &Manager, ticket: Ticket, incoming: Incoming<S>) -> Result<FileDescriptor>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
{
    let Incoming { bytes, length, content_type, file_name } = incoming;
    let mut staged = stage(manager, &ticket, bytes, length).await?;
    let name = file_name.as_deref().and_then(names::made_to_fit).or_else(|| ticket.spec.name.clone());
    let format = judge(&ticket, &staged, content_type.as_deref(), name.as_deref())?;
    admit(&manager.settings().limits, "file", format, Some(staged.length()))?;
    staged.seal().await?;
    let finding = processing::look_quickly(manager, &staged, format).await?;
    // From here on a client that hangs up stops nothing: bytes in place without a row would bar the way to a second try.
    let manager = manager.clone();
    let committed = tokio::spawn(async move {
        let file = commit(&manager, &ticket, staged, format, name, finding).await?;
        let site_id = ticket_site(&manager, &ticket).await?;
        describe(&manager, &site_id, file)
    });
    committed.await.map_err(internal)?
}

async fn stage<S>(manager: &Manager, ticket: &Ticket, mut bytes: S, length: Option<u64>) -> Result<Staged>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
{
    let most = manager.settings().limits.bytes_of(ticket.format.kind);
    let mut staged = manager.store().stage();
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(|error| {
            let text = match error.kind() {
                io::ErrorKind::TimedOut => "the body stalled; try again with the same URL",
                _ => "the body ended early; try again with the same URL",
            };
            refused(Code::UploadInterrupted, text)
        })?;
        staged.write(chunk).await?;
        let declared = ticket.spec.size.unwrap_or(most).min(most);
        if staged.length() > declared {
            // The length that is known by now is all that the checks need.
            check_length(ticket, staged.length())?;
        }
    }
    if length.is_some_and(|length| length != staged.length()) {
        return Err(refused(Code::UploadInterrupted, "the body ended early; try again with the same URL"));
    }
    check_length(ticket, staged.length())?;
    Ok(staged)
}

/// What the bytes are, against everything that was said of them.
fn judge(
    ticket: &Ticket,
    staged: &Staged,
    content_type: Option<&str>,
    name: Option<&str>,
) -> Result<&'static Format> {
    let sniffed = sniff(&staged.head()[..staged.head().len().min(HEAD)]);
    let refuse = |error| refuse_type("file", error);
    let format = decide(sniffed, Some(&ticket.spec.mime), name).map_err(refuse)?;
    // Clients send some Content-Type or other; one that names a format of ours must fit as well.
    if let Some(said) = content_type.filter(|said| formats::by_mime(said).is_some()) {
        decide(sniffed, Some(said), name).map_err(refuse)?;
    }
    if format.kind != ticket.format.kind {
        let text = format!(
            "a file of the type {} was announced, but the content is {}",
            ticket.format.mime, format.mime
        );
        return Err(invalid(Code::MismatchMimeType, "file", text));
    }
    Ok(format)
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
        None => format!("{}.{}", &id.as_str()[..39], format.extension()),
    };
    let original = NewAsset {
        key: "src".to_owned(),
        blob: key.to_string(),
        mime: format.mime.to_owned(),
        size: i64::try_from(digest.length).unwrap_or(i64::MAX),
        hash: digest.blake3,
        crc32: digest.crc32,
    };
    let (session, spec, site, now) =
        (ticket.session.id.clone(), ticket.spec.clone(), ticket.session.site, manager.now());
    let waits = matches!(finding, Finding::Later);
    let added = manager.catalog().write(move |tx| {
        if !uploads::finish(tx, &session, now)? {
            return Err(refused(Code::UploadAlreadyDone, "this upload URL was used; ask for a new one"));
        }
        charge(tx, site, "file", digest.length)?;
        // The folder may have gone since the URL was issued; the file is not to be lost for that.
        let folder = folders::by_id(tx, site, &spec.folder)?.filter(|folder| folder.root < Root::Trash);
        let folder = match folder {
            Some(folder) => folder,
            None => crate::folders::place(tx, site, "parentFolderId", None)?,
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
            original: original.clone(),
        };
        let file = files::insert(tx, &file, now)?;
        let external_info = spec.external_info.as_ref().map(|info| serde_json::json!(info));
        match status {
            Status::Ready => tell(tx, &file, FileEvent::Ready { external_info, restored: false }, now)?,
            Status::Failed => {
                let reason = finding.failure().unwrap_or_default();
                tell(tx, &file, FileEvent::Failed { external_info, reason }, now)?;
            }
            Status::Pending => {
                processing::enqueue(tx, &Work::Process { file: file.num, external_info }, now)?;
            }
        }
        Ok(file)
    });
    match added.await {
        Ok(file) => {
            if waits {
                manager.catalog().wake_workers();
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
