//! The end of an upload in pieces: every byte is here, and the file is made.

use catalog::files::{self, Change};
use catalog::resumables::{self, Resumable};
use catalog::uploads::{self, Upload};
use contract::descriptor::FileDescriptor;
use contract::errors::Code;
use contract::ids::FileId;

use super::resumable::forget;
use super::settle::{nameless, settle};
use super::ticket::{Ticket, rejected};
use super::told::Told;
use super::{Spec, UploadClaims};
use crate::actor::Actor;
use crate::error::{Error, Result, internal, refused};
use crate::events::{Happened, tell};
use crate::files::describe;
use crate::names;
use crate::tokens::Purpose;
use crate::{Manager, Origin};

/// The file of a complete upload, by its token; asked again, the same. `file_name` is what it is called where nobody has
/// said so before: not with the token, and not with the upload.
pub async fn finish(
    manager: &Manager,
    token: &str,
    file_name: Option<&str>,
    origin: Origin,
) -> Result<FileDescriptor> {
    let name = file_name.and_then(names::made_to_fit);
    let claims: UploadClaims = manager.tokens().read_live(Purpose::Resumable, token).map_err(rejected)?;
    let id = claims.jti.clone();
    let found = manager.catalog().read(move |tx| {
        let session = uploads::get(tx, &id)?;
        Ok::<_, Error>(session.map(|session| Ok::<_, Error>((resumables::of_session(tx, &id)?, session))))
    });
    let (row, session) =
        found.await?.transpose()?.ok_or_else(|| rejected(crate::tokens::Rejected::Invalid))?;
    if session.finished.is_some() {
        return made(manager, &session, row, name).await;
    }
    let incomplete = || {
        let text = "the upload is not complete; send what is missing with PATCH first";
        refused(Code::UploadIncomplete, text)
    };
    let row = row.filter(|row| row.length == Some(row.received)).ok_or_else(incomplete)?;
    let ticket = match Ticket::demand(manager, &claims.jti).await {
        // Whoever had the turn has made it.
        Err(error) if error.code() == Code::UploadAlreadyDone => {
            return made(manager, &session, Some(row), name).await;
        }
        ticket => ticket?.by(origin),
    };
    let growing = manager.store().grow(&row.id, row.received as u64).await?;
    complete(manager, ticket, growing, &row, name).await
}

/// The file that was made of an upload.
async fn made(
    manager: &Manager,
    session: &Upload,
    row: Option<Resumable>,
    name: Option<String>,
) -> Result<FileDescriptor> {
    if let (Some(row), Some(name)) = (row, name) {
        call(manager, session, &row, name).await?;
    }
    file_of(manager, session).await
}

/// Completes uploads of which every byte is here while nobody made the file: a crash came between.
pub(crate) async fn complete_stranded(manager: &Manager, most: i64) -> Result<()> {
    for row in manager.catalog().read(move |tx| resumables::stranded(tx, most)).await? {
        // Whoever has the turn is about to do it.
        let Ok(ticket) = Ticket::take(manager, row.session.as_deref().unwrap_or_default()).await else {
            continue;
        };
        let done = match manager.store().grow(&row.id, row.received as u64).await {
            Ok(growing) => complete(manager, ticket, growing, &row, None).await.map(|_| ()),
            Err(error) => Err(error.into()),
        };
        match done {
            Ok(()) => tracing::info!(id = row.id, "an upload that a crash had cut off was completed"),
            Err(error) => tracing::warn!(%error, id = row.id, "an upload could not be completed"),
        }
    }
    Ok(())
}

/// Makes the file of which every byte is here. Whether it is taken or not, nothing is left to be resumed. `name` is what
/// it is called where nobody has said so before.
pub(super) async fn complete(
    manager: &Manager,
    ticket: Ticket,
    growing: storage::Growing,
    row: &Resumable,
    name: Option<String>,
) -> Result<FileDescriptor> {
    let told = Told::of(&row.metadata);
    let staged = growing.take().await?;
    // Whoever asked for the token has named the file; what the client calls it counts where nobody did.
    let name = told.file_name.or(name).filter(|_| ticket.spec.name.is_none());
    let file = settle(ticket, staged, told.content_type.as_deref(), name.as_deref()).await;
    if file.is_err() {
        forget(manager, &row.id).await?;
    }
    file
}

/// Calls a file by its name, unless it has one from somebody: the uploader, or whoever renamed it since.
async fn call(manager: &Manager, session: &Upload, row: &Resumable, name: String) -> Result<()> {
    let spec: Spec = serde_json::from_str(&session.spec).map_err(internal)?;
    if spec.name.is_some() || Told::of(&row.metadata).file_name.is_some() {
        return Ok(());
    }
    let id = FileId::parse(&session.file).ok_or_else(|| internal("the session names no file"))?;
    let (site, now) = (session.site, manager.now());
    let called = manager.catalog().write(move |tx| {
        let nobody = |file: &files::FileRecord| file.name == nameless(&file.id, file.format);
        let Some(file) = files::get(tx, site, &id)?.filter(nobody) else { return Ok::<_, Error>(()) };
        let name = names::with_extension(&name, file.format);
        let change = Change { name: Some(name.clone()), file_name: Some(name), ..Change::default() };
        let file = files::update(tx, file, &change, now)?;
        let by = Actor::who_brought(&file);
        tell(tx, site, Happened::FileUpdated { file: Box::new(file) }, Some(&by), now)?;
        Ok(())
    });
    called.await
}

/// The file that a session was spent for.
pub(super) async fn file_of(manager: &Manager, session: &Upload) -> Result<FileDescriptor> {
    let id = FileId::parse(&session.file).ok_or_else(|| internal("the session names no file"))?;
    let site = session.site;
    let found = manager.catalog().read(move |tx| {
        let file = files::get(tx, site, &id)?;
        Ok::<_, Error>(file.zip(catalog::sites::by_num(tx, site)?))
    });
    let (file, site) = found
        .await?
        .ok_or_else(|| refused(Code::UploadAlreadyDone, "the file of this upload was deleted since"))?;
    describe(manager, &site.id, file)
}
