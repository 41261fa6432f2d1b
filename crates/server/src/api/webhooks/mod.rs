//! Webhooks, in this server's own API.

mod add_webhook;
mod list_webhook_deliveries;
mod list_webhooks;
mod remove_webhook;
mod replay_webhook;
mod rotate_webhook_key;

use super::Api;

/// Its methods.
pub(super) fn api() -> Api {
    Api {
        tag: "Webhooks",
        prefixes: &["/media-manager"],
        endpoints: vec![
            add_webhook::describe(),
            list_webhooks::describe(),
            remove_webhook::describe(),
            rotate_webhook_key::describe(),
            list_webhook_deliveries::describe(),
            replay_webhook::describe(),
        ],
    }
}
