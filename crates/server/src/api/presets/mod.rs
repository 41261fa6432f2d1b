//! Presets and strict mode, in this server's own API.

mod get_image_policy;
mod get_preset;
mod list_presets;
mod remove_preset;
mod set_image_policy;
mod set_preset;

use super::Api;

/// Its methods.
pub(super) fn api() -> Api {
    Api {
        tag: "Presets",
        prefixes: &["/media-manager"],
        endpoints: vec![
            list_presets::describe(),
            get_preset::describe(),
            set_preset::describe(),
            remove_preset::describe(),
            get_image_policy::describe(),
            set_image_policy::describe(),
        ],
    }
}
