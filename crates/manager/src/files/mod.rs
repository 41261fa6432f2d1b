//! Files: shown, changed, found, trashed and brought back.

mod delete;
mod describe;
mod facts;
mod find;
mod get;
mod update;

pub(crate) use self::facts::{asset, change_facts, facts_of};
pub(crate) use delete::bury;
pub use delete::{delete, restore};
pub(crate) use describe::{caption_of, describe};
pub use find::{list, list_deleted, query, search};
pub use get::{get, get_many};
pub(crate) use get::{resolve, resolve_all};
pub(crate) use update::own_labels;
pub use update::{update, update_flat};
