//! What can go wrong with the catalog, as far as a caller can act on it.

/// Result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No room on the disk. Nothing was changed.
    #[error("the disk of the database is full")]
    Full,
    /// The database doesn't answer, or the operation could not be run to its end. Nothing was changed.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Something unique exists already.
    #[error("it exists already: {0}")]
    Conflict(String),
    /// The database is damaged, or holds what this version can't read.
    #[error("the database can't be read: {0}")]
    Corrupt(String),
    /// Another server runs on this data.
    #[error("another server is running on {0}; stop it, or give this one another --data-dir")]
    InUse(String),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Error::Full,
            Some(Code::ConstraintViolation) => Error::Conflict(error.to_string()),
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Error::Corrupt(error.to_string()),
            Some(_) => Error::Unavailable(error.to_string()),
            // A value of another type than the schema promises, or SQL that doesn't parse.
            None => Error::Corrupt(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::Corrupt(error.to_string())
    }
}
