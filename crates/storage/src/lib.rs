//! Where bytes lie: staged while they arrive, committed under a key, read in ranges, deleted.
//!
//! A [`Store`] is a folder. An object is written to a staging file, synced, and moved into place; only when the move
//! itself is on the disk does [`Staged::commit`] return. So an object is either there, whole, or not at all.
//!
//! ```no_run
//! # async fn example() -> storage::Result<()> {
//! let store = storage::Store::open("data/storage".into())?;
//! let mut staged = store.stage();
//! staged.write(b"hello"[..].into()).await?;
//! let key = storage::BlobKey::new(&["site", "file", "src"]).expect("a key");
//! let written = staged.commit(&key).await?;
//! assert_eq!(written.length, 5);
//! # Ok(()) }
//! ```

mod error;
mod folders;
mod growing;
mod key;
mod read;
mod stage;
mod store;
pub mod variants;

pub use error::{Error, Result};
pub use growing::Growing;
pub use key::{BlobKey, NotAKey};
pub use read::Blob;
pub use stage::{Digest, Staged};
pub use store::{Space, Store};
