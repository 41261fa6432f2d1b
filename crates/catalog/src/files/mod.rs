//! Files: rows, assets and facts, and every change of them.

mod change;
mod insert;
mod record;
mod remove;
mod snapshot;

pub use change::{Change, put_assets, remove_asset, set_empty, set_facts, set_original, set_outcome, update};
pub use insert::{NewFile, insert};
pub use record::{
    Asset, Facet, FileRecord, Located, NewAsset, Status, UNKNOWN_SIZE, assets, by_num, get, get_many, locate,
};
pub(crate) use record::{COLUMNS, SOURCE, record, right_in};
pub use remove::{Buried, bury, expired_trash, forget, origin, restore, trash};
