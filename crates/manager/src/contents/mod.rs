//! What is in files, beyond what the published API asks for.

mod entries;
mod focus;
mod similar;

pub use entries::entries;
pub use focus::{remove_focus, set_focus};
pub(crate) use similar::Alike;
pub use similar::similar;
