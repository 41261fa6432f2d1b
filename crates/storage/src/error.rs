//! What can go wrong with stored bytes, as far as a caller can act on it.

use std::io;

/// Result of an operation on the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed. Whatever it is, nothing of an object that couldn't be committed is kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such object. A store that isn't there any more, its disk unmounted, is [`Error::Io`].
    #[error("there is no such object")]
    NotFound,
    /// There is such an object already; it was left as it is.
    #[error("the object exists already")]
    AlreadyExists,
    /// No room, or no quota left. It may pass when something is deleted.
    #[error("the disk of the storage is full; nothing was kept")]
    Full,
    /// The disk took the bytes, or the folder that lists them, and then couldn't promise to keep them. The object was
    /// removed again; a new upload may fare better, but somebody should look at the disk.
    #[error("the disk of the storage failed to sync; nothing was kept")]
    NotSynced(#[source] io::Error),
    /// The store doesn't do what it should.
    #[error("the storage failed")]
    Io(#[source] io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        if no_room(&error) { Error::Full } else { Error::Io(error) }
    }
}

impl Error {
    /// A sync that failed. File systems that allot late may find out only there that they are full.
    pub(crate) fn not_synced(error: io::Error) -> Error {
        if no_room(&error) { Error::Full } else { Error::NotSynced(error) }
    }
}

fn no_room(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}
