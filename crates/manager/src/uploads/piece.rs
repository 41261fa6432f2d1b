//! The bytes of one piece, on their way to the disk.

use std::io;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::{Bytes, BytesMut};
use catalog::resumables::{self, Resumable};
use contract::errors::Code;
use futures::{Stream, StreamExt};
use sha1::Digest;
use storage::Growing;
use tokio::time::Instant;

use super::resumable::too_long;
use super::ticket::Ticket;
use super::turn::Turn;
use crate::Manager;
use crate::error::{Result, refused};

/// Bytes that all uploads together may gather before they write them, roughly: each has its share of it, within limits.
const GATHERED: usize = 4 * 1024 * 1024;
/// The least and the most that one upload gathers.
const LEAST: usize = 64 * 1024;
const MOST: usize = 512 * 1024;
/// Bytes that are worth a write of their own.
const WORTH: usize = 32 * 1024;
/// How long bytes are gathered; so slow uploads, of which there may be thousands, hold little memory.
const LINGER: Duration = Duration::from_secs(1);
/// Bytes after which a long piece is made durable so far.
const SYNCED: u64 = 64 * 1024 * 1024;

/// The algorithms in which a piece can be checked, as the protocol spells them.
pub const ALGORITHMS: &str = "sha1,sha256,md5,crc32";

/// What the bytes of a piece must come to.
pub struct Checksum {
    running: Running,
    expected: Vec<u8>,
}

enum Running {
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
    Md5(md5::Md5),
    Crc32(crc32fast::Hasher),
}

impl Checksum {
    /// Reads `sha1 BASE64`; `None` when the algorithm is unknown or the value none.
    pub fn parse(text: &str) -> Option<Checksum> {
        let (algorithm, expected) = text.trim().split_once(' ')?;
        let running = match algorithm {
            "sha1" => Running::Sha1(sha1::Sha1::new()),
            "sha256" => Running::Sha256(sha2::Sha256::new()),
            "md5" => Running::Md5(md5::Md5::new()),
            "crc32" => Running::Crc32(crc32fast::Hasher::new()),
            _ => return None,
        };
        Some(Checksum { running, expected: BASE64_STANDARD.decode(expected.trim()).ok()? })
    }

    fn update(&mut self, bytes: &[u8]) {
        match &mut self.running {
            Running::Sha1(hasher) => hasher.update(bytes),
            Running::Sha256(hasher) => hasher.update(bytes),
            Running::Md5(hasher) => hasher.update(bytes),
            Running::Crc32(hasher) => hasher.update(bytes),
        }
    }

    fn fits(self) -> bool {
        let found = match self.running {
            Running::Sha1(hasher) => hasher.finalize().to_vec(),
            Running::Sha256(hasher) => hasher.finalize().to_vec(),
            Running::Md5(hasher) => hasher.finalize().to_vec(),
            Running::Crc32(hasher) => hasher.finalize().to_be_bytes().to_vec(),
        };
        found == self.expected
    }
}

/// Where the bytes go, and what they are held to.
pub(super) struct Inflow<'a> {
    pub(super) row: &'a Resumable,
    pub(super) hold: &'a Hold,
    /// Bytes of the whole, as far as known.
    pub(super) most: Option<u64>,
    pub(super) checksum: Option<Checksum>,
}

/// The right to send bytes of an upload.
pub(super) enum Hold {
    /// One that makes a file.
    Whole(Box<Ticket>),
    /// One that is to be joined with others.
    Part(Turn),
}

impl Hold {
    /// Waits until somebody else wants it.
    async fn wanted(&self) {
        match self {
            Hold::Whole(ticket) => ticket.wanted().await,
            Hold::Part(turn) => turn.wanted().await,
        }
    }

    /// Whether the whole may be so long; of a part that can only be said when it is joined.
    pub(super) async fn check(&self, length: u64) -> Result<()> {
        match self {
            Hold::Whole(ticket) => ticket.check(length).await,
            Hold::Part(_) => Ok(()),
        }
    }

    fn check_limit(&self, length: u64) -> Result<()> {
        match self {
            Hold::Whole(ticket) => ticket.check_limit(length),
            Hold::Part(_) => Ok(()),
        }
    }
}

/// How a piece ended.
pub(super) enum Ended {
    /// All of it came.
    Whole,
    /// Somebody else wants to go on with the upload.
    Wanted,
    /// It ended early.
    Broken(io::Error),
}

/// Writes a piece; how much of the upload is durable then, and how the piece ended. With a checksum, all of it is kept or
/// nothing; without, whatever came.
pub(super) async fn take_in<S>(
    manager: &Manager,
    growing: &mut Growing,
    inflow: Inflow<'_>,
    mut bytes: S,
) -> Result<(u64, Ended)>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
{
    let Inflow { row, hold, most, mut checksum } = inflow;
    let start = growing.length();
    let mut gathered = BytesMut::new();
    let mut due = Instant::now();
    let mut synced = start;
    let ended = loop {
        let chunk = tokio::select! {
            biased;
            () = hold.wanted() => break Ended::Wanted,
            () = tokio::time::sleep_until(due), if !gathered.is_empty() => {
                growing.append(&mut gathered).await?;
                continue;
            }
            chunk = bytes.next() => match chunk {
                None => break Ended::Whole,
                Some(Err(error)) => break Ended::Broken(error),
                Some(Ok(chunk)) => chunk,
            },
        };
        let length = growing.length() + (gathered.len() + chunk.len()) as u64;
        match most {
            Some(most) if length > most => return Err(too_long(most)),
            None => hold.check_limit(length)?,
            _ => {}
        }
        if let Some(checksum) = &mut checksum {
            checksum.update(&chunk);
        }
        if gathered.is_empty() {
            due = Instant::now() + LINGER;
        }
        let room = (GATHERED / manager.inner.turns.count().max(1)).clamp(LEAST, MOST);
        if gathered.is_empty() && chunk.len() >= WORTH {
            gathered.reserve(room);
        }
        gathered.extend_from_slice(&chunk);
        // While bytes are being written, more are gathered; so a fast client is served in large strides.
        if gathered.len() >= room || gathered.len() >= WORTH && !growing.is_writing() {
            growing.append(&mut gathered).await?;
        }
        if growing.length() - synced >= SYNCED && checksum.is_none() {
            synced = growing.sync().await?;
            record(manager, row, synced).await?;
        }
    };
    if !gathered.is_empty() {
        growing.append(&mut gathered).await?;
    }
    if let Some(checksum) = checksum {
        let whole = matches!(ended, Ended::Whole);
        if whole && !checksum.fits() {
            growing.cut(start).await?;
            return Err(refused(
                Code::ChecksumMismatch,
                "the piece is not what its checksum says; send it again",
            ));
        }
        if !whole {
            growing.cut(start).await?;
            return Ok((start, ended));
        }
    }
    let received = growing.sync().await?;
    record(manager, row, received).await?;
    Ok((received, ended))
}

async fn record(manager: &Manager, row: &Resumable, received: u64) -> Result<()> {
    let (id, expires) = (row.id.clone(), row.expires);
    let kept =
        manager.catalog().write(move |tx| resumables::received(tx, &id, received as i64, expires)).await?;
    if kept { Ok(()) } else { Err(refused(Code::UploadNotFound, "the upload was ended")) }
}
