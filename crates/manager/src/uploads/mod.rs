//! Files on their way in: a URL is issued, bytes are received.

mod admit;
mod complete;
mod issue;
mod parts;
mod piece;
mod receive;
mod resumable;
mod settle;
mod ticket;
mod told;
mod turn;

pub(crate) use admit::{Expected, admit, charge, charge_bytes, judge, refuse_type, room};
pub(crate) use complete::complete_stranded;
pub use complete::finish;
pub(crate) use issue::issue_for_channels;
pub use issue::{issue, issue_resumable};
pub use parts::{begin_part, join};
pub use piece::{ALGORITHMS, Checksum};
pub use receive::{Incoming, receive};
pub(crate) use resumable::forget;
pub use resumable::{Announced, Piece, Progress, append, ask, begin, end};
pub use ticket::{Ticket, open};
pub(crate) use turn::Turns;

use catalog::files::NewAsset;
use contract::files::ExternalInfo;
use contract::formats::Format;
use serde::{Deserialize, Serialize};
use storage::Digest;

use crate::channels::as_code;
use crate::error::Error;
use crate::files::asset;

/// What was agreed when the URL was issued; kept in the session.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Spec {
    mime: String,
    /// Name of the format that was expected.
    format: String,
    name: Option<String>,
    /// Bytes, when declared.
    size: Option<u64>,
    /// Wire id of the folder.
    folder: String,
    private: bool,
    labels: Vec<String>,
    external_info: Option<ExternalInfo>,
    added_by_type: String,
    added_by: String,
    /// Whether it is for Communication Channels, which have errors of their own.
    #[serde(default)]
    channels: bool,
}

impl Spec {
    /// An error as the API says it for which the URL was issued.
    fn in_its_words(&self, error: Error) -> Error {
        if self.channels { as_code(error) } else { error }
    }
}

/// What the token of an upload URL says: the session, and nothing else.
#[derive(Debug, Serialize, Deserialize)]
struct UploadClaims {
    jti: String,
}

/// The asset that the original of a file is.
pub(crate) fn original(key: &storage::BlobKey, format: &Format, digest: &Digest) -> NewAsset {
    asset("src", key, format.mime, digest)
}

/// The key under which the original of a file is stored.
pub(crate) fn original_key(site_id: &str, file: &str) -> Result<storage::BlobKey, storage::NotAKey> {
    storage::BlobKey::new(&[site_id, file, "src"])
}
