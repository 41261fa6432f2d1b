//! The right to send the bytes of one file.

use catalog::uploads::{self, Upload};
use contract::errors::Code;
use contract::formats::{self, Format};

use super::admit::{admit, room};
use super::turn::Turn;
use super::{Spec, UploadClaims};
use crate::concurrency::Place;
use crate::error::{Error, Result, internal, invalid, refused};
use crate::tokens::{Purpose, Rejected};
use crate::{Manager, Origin};

/// The right to send the bytes of one file. While it lives, nobody else can send them.
pub struct Ticket {
    pub(super) manager: Manager,
    pub(super) session: Upload,
    pub(super) spec: Spec,
    pub(super) format: &'static Format,
    /// By which request the bytes come; none: by none any more.
    pub(super) origin: Option<Origin>,
    turn: Turn,
    _place: Place,
}

/// Judges an upload by its token and length alone, before a byte is read.
pub async fn open(manager: &Manager, token: &str, length: Option<u64>, origin: Origin) -> Result<Ticket> {
    let claims: UploadClaims = manager.tokens().read_live(Purpose::Upload, token).map_err(rejected)?;
    let ticket = Ticket::take(manager, &claims.jti).await?.by(origin);
    if let Some(length) = length {
        ticket.check(length).await.map_err(|error| ticket.spec.in_its_words(error))?;
    }
    Ok(ticket)
}

/// Why a token isn't taken, in words.
pub(super) fn rejected(rejected: Rejected) -> Error {
    match rejected {
        Rejected::Invalid => {
            refused(Code::UploadTokenInvalid, "the upload URL is not valid; ask for a new one")
        }
        Rejected::Expired => {
            refused(Code::UploadTokenExpired, "the upload URL has expired; ask for a new one")
        }
    }
}

impl Ticket {
    /// The ticket of a session that is still open, if it is free.
    pub(super) async fn take(manager: &Manager, session: &str) -> Result<Ticket> {
        Ticket::of(manager, session, Turn::take(manager, session)?).await
    }

    /// The same; whoever has it is made to give it back.
    pub(super) async fn demand(manager: &Manager, session: &str) -> Result<Ticket> {
        Ticket::of(manager, session, Turn::demand(manager, session).await?).await
    }

    // The turn comes before the look: a request that ended in between has spent the session by now.
    async fn of(manager: &Manager, session: &str, turn: Turn) -> Result<Ticket> {
        let name = session.to_owned();
        let found = manager.catalog().read(move |tx| uploads::get(tx, &name)).await?;
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
        let place = manager.inner.uploads.take(session.site).await?;
        Ok(Ticket { _place: place, manager: manager.clone(), session, spec, format, origin: None, turn })
    }

    /// The same, for bytes that come by a request.
    pub(super) fn by(self, origin: Origin) -> Ticket {
        Ticket { origin: Some(origin), ..self }
    }

    /// Waits until somebody else demands the ticket.
    pub(super) async fn wanted(&self) {
        self.turn.wanted().await;
    }

    /// Whether a body may become so long, as far as that can be said before its end.
    pub(super) fn check_limit(&self, length: u64) -> Result<()> {
        let most = self.manager.settings().limits.bytes_of(self.format.kind);
        if length > self.spec.size.unwrap_or(most).min(most) { self.check_length(length) } else { Ok(()) }
    }

    /// Whether a body of this length may be what was agreed.
    pub(super) fn check_length(&self, length: u64) -> Result<()> {
        admit(&self.manager.settings().limits, "file", self.format, Some(length))?;
        match self.spec.size {
            Some(declared) if declared != length => {
                let text = format!("{declared} bytes were declared, and the body has {length}");
                Err(invalid(Code::FileSizeMismatch, "file", text))
            }
            _ => Ok(()),
        }
    }

    /// Whether a body of this length may be what was agreed, and the site has room for it.
    pub(super) async fn check(&self, length: u64) -> Result<()> {
        self.check_length(length)?;
        let (site, now) = (self.session.site, self.manager.now());
        self.manager.catalog().read(move |tx| room(tx, site, "file", length, now)).await
    }
}
