//! Signing in and out, in this server's own API. It is about a user and no site.

mod get_session;
mod sign_in;
mod sign_out;

use super::Api;

/// Its methods.
pub(super) fn api() -> Api {
    Api {
        tag: "Sessions",
        prefixes: &["/media-manager"],
        endpoints: vec![sign_in::describe(), get_session::describe(), sign_out::describe()],
    }
}
