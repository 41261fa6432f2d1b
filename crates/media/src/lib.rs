//! What bytes are and can become: told apart by content, measured, summed up.
//!
//! Knows no site, no HTTP, no database. Everything here blocks and is meant for threads that may.

mod copyright;
pub mod decide;
pub mod facts;
mod gif;
mod glance;
pub mod icons;
mod isobmff;
mod jpeg;
mod palette;
pub mod probe;
pub mod render;
pub mod sniff;
pub mod tools;
