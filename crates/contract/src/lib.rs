//! The wire of the Media Manager API: requests, replies, enums, limits, rule names, the error envelope, file ids and
//! media URLs. No I/O, no async, no database.

pub mod descriptor;
pub mod enums;
pub mod errors;
pub mod files;
pub mod formats;
pub mod ids;
pub mod media_url;
pub mod validate;
pub mod values;
