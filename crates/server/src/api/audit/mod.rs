//! The audit log, in this server's own API.

mod list_audit_log;

use super::Api;

/// Its methods.
pub(super) fn api() -> Api {
    Api { tag: "Audit", prefixes: &["/media-manager"], endpoints: vec![list_audit_log::describe()] }
}
