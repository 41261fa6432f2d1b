//! Files from elsewhere: accepted at once, fetched by a job, and only then looked at like any other.
//!
//! What can be known is judged before the reply: the URL, the folder, the type, the site's room. The rest ends READY or
//! FAILED, always with an event.

mod accept;
mod bulk;
mod fetch;
mod kind;
mod land;
mod source;

pub use accept::import;
pub(crate) use accept::{ASKING, Wanted, accept};
pub use bulk::{import_bulk, import_bulk_older};
pub(crate) use land::{fail, run};

use contract::files::ExternalInfo;
use serde::{Deserialize, Serialize};
use source::Source;

/// What the job of an import knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Import {
    /// Number of the file.
    pub(crate) file: i64,
    source: Source,
    external_info: Option<ExternalInfo>,
}
