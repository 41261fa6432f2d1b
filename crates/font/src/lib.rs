//! Fonts: what they are, what they look like, and the form in which pages load them.
//!
//! TrueType, OpenType, collections, WOFF and WOFF2 as bytes in; facts, pictures and WOFF2 out. This crate knows no HTTP,
//! no database, no site, and doesn't trust its input: tables are read where they are, and sizes are checked before memory is taken.

mod inspect;
mod open;
mod pen;
mod scripts;
mod specimen;
mod web;

pub use inspect::inspect;
pub use specimen::specimen;
pub use web::to_woff2;

/// Why there is nothing to be had of a font.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are no font, or a table is damaged that nothing goes without.
    #[error("the font is broken: {0}")]
    Broken(String),
    /// It is larger than a font can sensibly be.
    #[error("the font is too large: {0}")]
    Limit(String),
    /// It is a font, but what was asked for can't be made of it.
    #[error("{0}")]
    Unsupported(String),
}

fn broken(what: impl ToString) -> Error {
    Error::Broken(what.to_string())
}

/// What a reader of fonts says, also where it gives up in the middle of a damaged table.
fn guarded<T>(read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let read = std::panic::AssertUnwindSafe(read);
    std::panic::catch_unwind(read).unwrap_or_else(|_| Err(broken("a table in it makes no sense")))
}
