//! Uploads in pieces: what TUS needs of us, without its words.
//!
//! Bytes are appended to an object that outlives connections and restarts. What the catalog says was received is durable:
//! the object is synced first, the row written after. The last byte makes the file, whether or not anybody asks for it.

use std::io;

use bytes::Bytes;
use catalog::resumables::{self, Resumable};
use catalog::uploads::{self, Upload};
use contract::descriptor::FileDescriptor;
use contract::errors::Code;
use futures::Stream;
use uuid::Uuid;

use super::complete::{complete, file_of};
use super::piece::{Checksum, Ended, Hold, Inflow, take_in};
use super::ticket::{Ticket, rejected};
use super::told;
use super::turn::Turn;
use super::{UploadClaims, receive};
use crate::error::{Error, Result, refused};
use crate::tokens::Purpose;
use crate::{Manager, Origin};

/// What a client says of an upload before its first byte.
#[derive(Debug, Clone, Default)]
pub struct Announced {
    /// Bytes in all; none: told later.
    pub length: Option<u64>,
    /// `Upload-Metadata` as it was sent: the token that allows the upload, name and type.
    pub metadata: String,
}

/// How far an upload has come.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Names it.
    pub id: String,
    /// Bytes that are durable.
    pub offset: u64,
    /// Bytes in all, as far as known.
    pub length: Option<u64>,
    /// As they were sent.
    pub metadata: String,
    /// Whether it is to be joined with others.
    pub part: bool,
    /// The ids of those it was joined from.
    pub parts: Option<Vec<String>>,
    /// When it ends, in milliseconds since 1970.
    pub expires: i64,
}

/// A piece of an upload.
pub struct Piece<S> {
    /// Where it belongs.
    pub offset: u64,
    /// Its length, when the client says so.
    pub size: Option<u64>,
    /// The length of the whole, when it is told only now.
    pub length: Option<u64>,
    /// What its bytes must come to.
    pub checksum: Option<Checksum>,
    /// The request that it comes by.
    pub origin: Origin,
    /// The bytes; an error ends them early.
    pub bytes: S,
}

/// Begins an upload. One that was begun with the same token before is ended.
pub async fn begin(manager: &Manager, announced: Announced) -> Result<Progress> {
    let ticket = open_ticket(manager, &announced.metadata).await?;
    if let Some(length) = announced.length {
        ticket.check(length).await?;
    }
    let row = begun(&ticket, announced, None);
    replace(manager, &row).await?;
    Ok(progress(row))
}

/// A new upload, of which nothing is here yet.
pub(super) fn begun(ticket: &Ticket, announced: Announced, parts: Option<Vec<String>>) -> Resumable {
    Resumable {
        id: Uuid::new_v4().simple().to_string(),
        session: Some(ticket.session.id.clone()),
        part: false,
        length: announced.length.map(|length| length as i64),
        received: 0,
        metadata: announced.metadata,
        parts,
        expires: ticket.session.expires,
    }
}

/// The ticket that the token in these metadata allows; whoever has it is made to give it back.
pub(super) async fn open_ticket(manager: &Manager, metadata: &str) -> Result<Ticket> {
    let token = told::value(metadata, "token").unwrap_or_default();
    let claims: UploadClaims = manager.tokens().read_live(Purpose::Resumable, &token).map_err(rejected)?;
    Ticket::demand(manager, &claims.jti).await
}

/// Keeps a new upload, in the place of an older one of its session.
pub(super) async fn replace(manager: &Manager, row: &Resumable) -> Result<()> {
    let new = row.clone();
    let older = manager.catalog().write(move |tx| {
        let older =
            new.session.as_deref().map(|session| resumables::of_session(tx, session)).transpose()?.flatten();
        if let Some(older) = &older {
            resumables::remove(tx, &older.id)?;
        }
        resumables::create(tx, &new)?;
        Ok::<_, Error>(older)
    });
    match older.await? {
        Some(older) => Ok(manager.store().abandon(&older.id).await?),
        None => Ok(()),
    }
}

/// How far an upload has come. A request that is sending for it is made to stop first, so that its client can go on
/// where it left off.
pub async fn ask(manager: &Manager, id: &str) -> Result<Progress> {
    let found = find(manager, id).await?;
    // Whoever doesn't stop is past the last byte; then the row tells all there is to tell.
    let _turn = Turn::demand(manager, found.turn()).await.ok();
    Ok(progress(find(manager, id).await?.row))
}

/// Takes in a piece. The file, when it was the last one.
pub async fn append<S>(
    manager: &Manager,
    id: &str,
    piece: Piece<S>,
) -> Result<(Progress, Option<FileDescriptor>)>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
{
    let found = find(manager, id).await?;
    match &found.session {
        Some(session) if session.finished.is_some() => {
            return Box::pin(repeated(manager, found.row, session, piece.offset)).await;
        }
        _ => {}
    }
    let hold = match &found.session {
        Some(session) => {
            let ticket = Ticket::take(manager, &session.id).await?;
            Hold::Whole(Box::new(ticket.by(piece.origin.clone())))
        }
        None => Hold::Part(Turn::take(manager, id)?),
    };
    // Read again: another request may have had the turn in between.
    let mut row = find(manager, id).await?.row;
    if row.received as u64 != piece.offset {
        return Err(wrong_offset(row.received, piece.offset));
    }
    if let Some(length) = piece.length {
        row.length = Some(agree(manager, &hold, &row, length).await?);
    }
    let most = row.length.map(|length| length as u64);
    if let (Some(most), Some(size)) = (most, piece.size)
        && piece.offset + size > most
    {
        return Err(too_long(most));
    }
    let mut growing = match manager.store().grow(&row.id, row.received as u64).await {
        Err(storage::Error::NotFound) => {
            forget(manager, &row.id).await?;
            return Err(gone());
        }
        growing => growing?,
    };
    let inflow = Inflow { row: &row, hold: &hold, most, checksum: piece.checksum };
    let (received, ended) = take_in(manager, &mut growing, inflow, piece.bytes).await?;
    row.received = received as i64;
    match hold {
        Hold::Whole(ticket) if Some(received) == most => {
            // In a box: thousands of uploads that are open need no room for what comes at their end.
            let file = Box::pin(complete(manager, *ticket, growing, &row, None)).await?;
            return Ok((progress(row), Some(file)));
        }
        _ => {}
    }
    match ended {
        // What has come is kept; who was made to stop asks how far it is.
        Ended::Wanted => Err(refused(Code::UploadInterrupted, "another request took over this upload")),
        Ended::Broken(error) => Err(receive::interrupted(&error)),
        Ended::Whole => Ok((progress(row), None)),
    }
}

/// Ends an upload; nothing of it is kept.
pub async fn end(manager: &Manager, id: &str) -> Result<()> {
    let found = find(manager, id).await?;
    if found.session.as_ref().is_some_and(|session| session.finished.is_some()) {
        return Err(refused(Code::UploadAlreadyDone, "the upload is complete; delete its file instead"));
    }
    let _turn = Turn::demand(manager, found.turn()).await?;
    forget(manager, id).await
}

/// A piece for an upload that is complete: welcome if it has nothing new.
async fn repeated(
    manager: &Manager,
    row: Resumable,
    session: &Upload,
    offset: u64,
) -> Result<(Progress, Option<FileDescriptor>)> {
    if row.received as u64 != offset {
        return Err(wrong_offset(row.received, offset));
    }
    Ok((progress(row), Some(file_of(manager, session).await?)))
}

/// Learns the length that was not known at the beginning.
async fn agree(manager: &Manager, hold: &Hold, row: &Resumable, length: u64) -> Result<i64> {
    let told = length as i64;
    match row.length {
        Some(known) if known != told => Err(too_long(known as u64)),
        Some(known) => Ok(known),
        None if told < row.received => Err(wrong_offset(told, row.received as u64)),
        None => {
            hold.check(length).await?;
            let id = row.id.clone();
            manager.catalog().write(move |tx| resumables::set_length(tx, &id, told)).await?;
            Ok(told)
        }
    }
}

/// An upload, and the session that it will spend; none: a part.
struct Found {
    row: Resumable,
    session: Option<Upload>,
}

impl Found {
    /// What turns are taken for.
    fn turn(&self) -> &str {
        self.session.as_ref().map_or(&self.row.id, |session| &session.id)
    }
}

async fn find(manager: &Manager, id: &str) -> Result<Found> {
    let name = id.to_owned();
    let found = manager.catalog().read(move |tx| {
        let Some(row) = resumables::get(tx, &name)? else { return Ok::<_, Error>(None) };
        let session = row.session.as_deref().map(|session| uploads::get(tx, session)).transpose()?.flatten();
        Ok(Some(Found { row, session }))
    });
    let found = found.await?.ok_or_else(|| {
        refused(Code::UploadNotFound, "there is no such upload; it was ended, or never begun")
    })?;
    if found.row.expires <= manager.now() {
        return Err(gone());
    }
    Ok(found)
}

/// Removes what there is of an upload.
pub(crate) async fn forget(manager: &Manager, id: &str) -> Result<()> {
    let name = id.to_owned();
    manager.catalog().write(move |tx| resumables::remove(tx, &name)).await?;
    manager.store().abandon(id).await?;
    Ok(())
}

pub(super) fn progress(row: Resumable) -> Progress {
    Progress {
        id: row.id,
        offset: row.received as u64,
        length: row.length.map(|length| length as u64),
        metadata: row.metadata,
        part: row.part,
        parts: row.parts,
        expires: row.expires,
    }
}

pub(super) fn gone() -> Error {
    refused(Code::UploadGone, "the upload has expired; begin a new one")
}

fn wrong_offset(received: i64, offset: u64) -> Error {
    let text = format!("{received} bytes were received; a piece at {offset} doesn't fit");
    refused(Code::UploadOffsetMismatch, text)
}

pub(super) fn too_long(most: u64) -> Error {
    refused(Code::UploadTooLong, format!("the upload was announced with {most} bytes"))
}
