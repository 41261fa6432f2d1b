//! What is known: sites, keys, folders, files, upload sessions, jobs, events.
//!
//! An operation is a plain function over a [`Tx`]; a [`Catalog`] runs closures that combine them, each in a transaction
//! of its own, on threads of its own:
//!
//! ```no_run
//! # async fn example(catalog: catalog::Catalog) -> catalog::Result<()> {
//! let sites = catalog.read(catalog::sites::list).await?;
//! # Ok(()) }
//! ```
//!
//! Operations are pure and may be run again, so that an engine that detects conflicts can repeat them. They touch a
//! bounded number of rows; what is larger goes on as a job. Nothing here knows HTTP, permissions or bytes.

pub mod archives;
pub mod audit;
pub mod contents;
pub mod deliveries;
mod engine;
mod error;
pub mod events;
pub mod files;
pub mod find;
mod fold;
pub mod folders;
pub mod grants;
pub mod jobs;
pub mod keys;
pub mod likeness;
mod migrate;
pub mod presets;
pub mod resumables;
pub mod revocations;
mod search;
pub mod sessions;
pub mod sites;
mod tx;
pub mod uploads;
pub mod users;
mod versions;
pub mod webhooks;

pub use engine::{Catalog, Options};
pub use error::{Error, Result};
pub use fold::{folded, name_key};
pub use tx::Tx;
pub use versions::Topic;
