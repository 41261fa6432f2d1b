//! Which files are taken, in this server's own API.

mod list_types;

use super::Api;

/// Its methods.
pub(super) fn api() -> Api {
    Api { tag: "Types", prefixes: &["/media-manager"], endpoints: vec![list_types::describe()] }
}
