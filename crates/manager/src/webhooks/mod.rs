//! Webhooks: added and removed, looked at, their keys changed, and what happened sent to them.

pub mod administer;
pub mod api;
mod keys;
mod send;

pub(crate) use send::send_all;
