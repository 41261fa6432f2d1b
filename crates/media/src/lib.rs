//! What bytes are and can become: told apart by content, measured, summed up.
//!
//! Knows no site, no HTTP, no database. Everything here blocks and is meant for threads that may.

pub mod av;
pub mod captions;
pub mod child;
mod copyright;
pub mod decide;
mod gif;
mod glance;
pub mod icons;
pub mod inspect;
mod isobmff;
mod jpeg;
pub mod mp4;
pub mod note;
pub mod office;
mod palette;
pub mod probe;
pub mod render;
pub mod sniff;
pub mod stream;
pub mod tools;
