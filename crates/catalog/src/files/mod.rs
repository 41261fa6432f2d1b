//! Files: rows, assets and facts, and every change of them.

mod change;
mod insert;
mod record;
mod remove;

pub use change::{Change, set_outcome, update};
pub use insert::{NewFile, insert};
pub use record::{
    Asset, Facet, FileRecord, Located, NewAsset, Status, assets, by_num, get, get_many, locate,
};
pub(crate) use record::{COLUMNS, SOURCE, record};
pub use remove::{Buried, bury, expired_trash, forget, restore, trash};
