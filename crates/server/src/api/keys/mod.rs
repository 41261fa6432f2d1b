//! API keys of a site, in this server's own API.

mod create_key;
mod list_keys;
mod revoke_key;

use super::Api;

/// Its methods.
pub(super) fn api() -> Api {
    Api {
        tag: "Keys",
        prefixes: &["/media-manager"],
        endpoints: vec![create_key::describe(), list_keys::describe(), revoke_key::describe()],
    }
}
