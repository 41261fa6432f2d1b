//! The wire of the Media Manager API: requests, replies, enums, limits, rule names, the error envelope, file ids and
//! media URLs. No I/O, no async, no database.

pub mod enums;
pub mod formats;
