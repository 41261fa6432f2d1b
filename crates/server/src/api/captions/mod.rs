//! Captions of videos, in this server's own API.

mod list_captions;
mod remove_captions;
mod set_captions;

use super::Api;

/// Its methods.
pub(super) fn api() -> Api {
    Api {
        tag: "Captions",
        prefixes: &["/media-manager"],
        endpoints: vec![list_captions::describe(), set_captions::describe(), remove_captions::describe()],
    }
}
