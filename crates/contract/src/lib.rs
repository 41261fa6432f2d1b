//! The wire of the Media Manager API: requests, replies, enums, limits, rule names, the error envelope, file ids and
//! media URLs. No I/O, no async, no database.

pub mod access;
pub mod audit;
pub mod captions;
pub mod channels;
pub mod contents;
pub mod descriptor;
pub mod enums;
pub mod errors;
pub mod events;
pub mod failures;
pub mod files;
pub mod folders;
pub mod formats;
pub mod ids;
pub mod keys;
pub mod media_url;
pub mod presets;
pub mod transform;
pub mod types;
pub mod users;
pub mod validate;
pub mod values;
pub mod webhooks;
