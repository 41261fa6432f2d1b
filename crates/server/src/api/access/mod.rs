//! Who may call, in this server's own API.

mod mint_token;

use super::Api;

/// Its methods.
pub(super) fn api() -> Api {
    Api { tag: "Access", prefixes: &["/media-manager"], endpoints: vec![mint_token::describe()] }
}
