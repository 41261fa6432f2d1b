//! Users of a site, in this server's own API.

mod add_user;
mod grant_folder;
mod list_users;
mod remove_user;
mod revoke_folder;
mod update_user;

use super::Api;

/// Its methods.
pub(super) fn api() -> Api {
    Api {
        tag: "Users",
        prefixes: &["/media-manager"],
        endpoints: vec![
            add_user::describe(),
            list_users::describe(),
            update_user::describe(),
            remove_user::describe(),
            grant_folder::describe(),
            revoke_folder::describe(),
        ],
    }
}
