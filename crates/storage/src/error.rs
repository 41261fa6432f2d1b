//! What can go wrong with stored bytes, as far as a caller can act on it.

use std::io;

/// Result of an operation on the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such object.
    #[error("there is no such object")]
    NotFound,
    /// There is such an object already; it was left as it is.
    #[error("the object exists already")]
    AlreadyExists,
    /// No room. Nothing of the object was kept.
    #[error("the disk of the storage is full")]
    Full,
    /// The store doesn't do what it should. Nothing of the object was kept.
    #[error("the storage failed")]
    Io(#[source] io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::AlreadyExists => Error::AlreadyExists,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Error::Full
            }
            _ => Error::Io(error),
        }
    }
}
