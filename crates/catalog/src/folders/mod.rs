//! Folders: trees of them, one below each root.
//!
//! A folder knows the one it is in, and nothing else of its place. So a move, into the trash or anywhere, changes one row,
//! whatever lies below. Lists need more: they walk indexes that start with the tree. For them each row carries a stamp of
//! its tree, and [`settle`] brings stamps up to date afterwards, a bounded number at a time. While some are behind,
//! whoever reads asks the way up instead (`way.rs`).

mod change;
mod gather;
mod record;
mod remove;
mod settle;
mod way;

pub use change::{Change, Ensured, Refusal, create, ensure_own, ensure_path, update};
pub use gather::{Gathered, gather};
pub use record::{Folder, Page, Root, by_id, page};
pub(crate) use record::{by_num, create_root, fill_keys, root};
pub use remove::{bury, expired_trash, restore, trash};
pub use settle::{Settled, settle};
pub(crate) use way::Ways;
pub use way::{Within, is_all_settled, is_settled, path};

/// The deepest level of folders below a root.
pub const DEEPEST: i64 = 32;
/// The longest name that is made here, in characters; names that are chosen are limited before.
const LONGEST_NAME: usize = 255;
