//! A file that comes in one body.

use std::io;

use bytes::Bytes;
use contract::descriptor::FileDescriptor;
use contract::errors::Code;
use futures::{Stream, StreamExt};
use storage::Staged;

use super::settle::settle;
use super::ticket::Ticket;
use crate::Manager;
use crate::error::{Error, Result, refused};

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

/// Takes in the bytes. When this returns `Ok`, the file is there to stay; when it doesn't, nothing of it is.
pub async fn receive<S>(manager: &Manager, ticket: Ticket, incoming: Incoming<S>) -> Result<FileDescriptor>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
{
    let spec = ticket.spec.clone();
    let received = take_in(manager, ticket, incoming).await;
    received.map_err(|error| spec.in_its_words(error))
}

async fn take_in<S>(manager: &Manager, ticket: Ticket, incoming: Incoming<S>) -> Result<FileDescriptor>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
{
    let Incoming { bytes, length, content_type, file_name } = incoming;
    let staged = stage(manager, &ticket, bytes, length).await?;
    settle(ticket, staged, content_type.as_deref(), file_name.as_deref()).await
}

async fn stage<S>(manager: &Manager, ticket: &Ticket, mut bytes: S, length: Option<u64>) -> Result<Staged>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
{
    let mut staged = manager.store().stage();
    while let Some(chunk) = bytes.next().await {
        staged.write(chunk.map_err(|error| interrupted(&error))?).await?;
        ticket.check_limit(staged.length())?;
    }
    if length.is_some_and(|length| length != staged.length()) {
        return Err(interrupted(&io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(staged)
}

/// A body that didn't come to its end.
pub(super) fn interrupted(error: &io::Error) -> Error {
    let text = match error.kind() {
        io::ErrorKind::TimedOut => "the body stalled; try again with the same URL",
        _ => "the body ended early; try again with the same URL",
    };
    refused(Code::UploadInterrupted, text)
}
