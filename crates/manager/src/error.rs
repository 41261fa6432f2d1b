//! What can go wrong in a use-case, in the terms of the contract. No status codes here: the HTTP layer has them.
//!
//! Four cases, told apart by who can act: the caller sent something wrong about a field (`Invalid`), the caller asked
//! for something that can't be (`Refused`), or for more than its share (`Exhausted`), or it is our fault (`Internal`),
//! whose cause is for the log alone.

use std::time::Duration;

use contract::errors::{ApplicationError, Code, FieldViolation};
use contract::validate::broken;
use serde_json::Value;

/// Result of a use-case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use-case failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields of the request are wrong; at least one violation.
    #[error("invalid request: {}", .0.iter().map(|v| v.description.as_str()).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldViolation>),
    /// The request can't be served.
    #[error("{}: {description}", .code.name())]
    Refused {
        /// Which refusal.
        code: Code,
        /// A sentence for the caller.
        description: String,
        /// Facts to act on.
        data: Option<Value>,
        /// What lies behind it, for the log.
        #[source]
        cause: Option<Cause>,
    },
    /// The caller asks for more than its share.
    #[error("{description}")]
    Exhausted {
        /// A sentence for the caller.
        description: String,
        /// After how many seconds it may ask again; at least one.
        retry_after: u64,
    },
    /// Our fault.
    #[error("internal error")]
    Internal(#[source] Cause),
}

/// A cause for the log.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    /// The code that the caller will see.
    pub fn code(&self) -> Code {
        match self {
            Error::Invalid(violations) => {
                let name = violations.first().map(|violation| violation.rule_name.as_str());
                Code::ALL.iter().copied().find(|code| Some(code.name()) == name).unwrap_or(Code::InvalidValue)
            }
            Error::Refused { code, .. } => *code,
            Error::Exhausted { .. } => Code::ResourceExhausted,
            Error::Internal(_) => Code::Internal,
        }
    }
}

impl Error {
    /// An error where there is room for one, of an item among several: the first thing that is wrong.
    pub(crate) fn in_short(self) -> ApplicationError {
        let code = self.code().name().to_owned();
        match self {
            Error::Invalid(mut found) if !found.is_empty() => {
                let first = found.swap_remove(0);
                ApplicationError { code: first.rule_name, description: first.description, data: first.data }
            }
            Error::Refused { description, data, .. } => ApplicationError { code, description, data },
            Error::Exhausted { description, .. } => ApplicationError { code, description, data: None },
            error @ (Error::Invalid(_) | Error::Internal(_)) => {
                tracing::error!(%error, "an item of a bulk call failed");
                ApplicationError { code, description: Code::Internal.meaning().to_owned(), data: None }
            }
        }
    }
}

/// The caller asked for something that can't be.
pub(crate) fn refused(code: Code, description: impl Into<String>) -> Error {
    Error::Refused { code, description: description.into(), data: None, cause: None }
}

/// The caller asks for more than its share: of what, and how long there is nothing left of it.
pub(crate) fn exhausted(what: &str, wait: Duration) -> Error {
    let retry_after = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let retry_after = retry_after.max(1);
    Error::Exhausted { description: format!("{what}; try again in {retry_after} s"), retry_after }
}

/// One field breaks one of the API's rules.
pub(crate) fn invalid(code: Code, field: &str, description: impl Into<String>) -> Error {
    Error::Invalid(vec![broken(code, field, description)])
}

/// A file id that names nothing on this site.
pub(crate) fn no_such_file(field: &str, id: &str) -> Error {
    let id = contract::values::shortened(id);
    invalid(Code::ResourceNotFound, field, format!("no file `{id}` exists on this site"))
}

/// A folder id that names nothing on this site.
pub(crate) fn no_such_folder(field: &str, id: &str) -> Error {
    let id = contract::values::shortened(id);
    invalid(Code::ResourceNotFound, field, format!("no folder `{id}` exists on this site"))
}

impl From<Box<FieldViolation>> for Error {
    fn from(violation: Box<FieldViolation>) -> Error {
        Error::Invalid(vec![*violation])
    }
}

/// Our fault.
pub(crate) fn internal(cause: impl Into<Cause>) -> Error {
    Error::Internal(cause.into())
}

impl From<catalog::Error> for Error {
    fn from(error: catalog::Error) -> Error {
        match error {
            catalog::Error::Full => storage_full(error),
            catalog::Error::Unavailable(_) => Error::Refused {
                code: Code::Unavailable,
                description: "the database doesn't answer; try again".into(),
                data: None,
                cause: Some(error.into()),
            },
            other => internal(other),
        }
    }
}

impl From<storage::Error> for Error {
    fn from(error: storage::Error) -> Error {
        match error {
            storage::Error::Full => storage_full(error),
            other => internal(other),
        }
    }
}

fn storage_full(cause: impl Into<Cause>) -> Error {
    Error::Refused {
        code: Code::StorageFull,
        description: "the disk is full; nothing was kept".into(),
        data: None,
        cause: Some(cause.into()),
    }
}
