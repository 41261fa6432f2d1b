//! Why a document can't be read or drawn.

use std::thread;

/// Why there is nothing to be known or shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not what their format asks for.
    #[error("the document is damaged: {0}")]
    Broken(String),
    /// It would cost more than the limits allow.
    #[error("the document is too much: {0}")]
    Limit(String),
    /// It opens with a password alone.
    #[error("the document opens with a password")]
    Encrypted,
    /// It has no such page, or none that shows anything.
    #[error("there is no such page")]
    NoPage,
    /// A format that isn't read here.
    #[error("documents of the format {0} are not read")]
    Unknown(&'static str),
}

impl Error {
    pub(crate) fn broken(why: impl Into<String>) -> Self {
        Self::Broken(why.into())
    }

    pub(crate) fn limit(why: impl Into<String>) -> Self {
        Self::Limit(why.into())
    }
}

/// Bytes of stack for a reader: those that walk trees of pages and forms go deep. Untouched, they cost nothing.
const STACK: usize = 64 << 20;

/// Runs a reader on a stack of its own. Its panic is the file's fault, as far as the caller is concerned.
pub(crate) fn guarded<T: Send>(read: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    thread::scope(|scope| {
        let reader =
            thread::Builder::new().name("document".into()).stack_size(STACK).spawn_scoped(scope, read);
        let reader = reader.map_err(|_| Error::limit("there is no memory to read it"))?;
        reader.join().unwrap_or_else(|_| Err(Error::broken("its reader gave up")))
    })
}
