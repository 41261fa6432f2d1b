//! The JSON APIs: one method per file, below the folder of its API.

mod access;
mod audit;
mod captions;
mod channels;
mod contents;
pub(crate) mod endpoint;
mod files;
mod folders;
mod keys;
mod oauth;
mod presets;
mod request;
mod sessions;
mod types;
mod users;
mod webhooks;

use endpoint::Endpoint;

/// Methods that belong together.
pub(crate) struct Api {
    /// What the docs call them.
    pub(crate) tag: &'static str,
    /// The prefixes under which clients look for them; the first one is the canonical one.
    pub(crate) prefixes: &'static [&'static str],
    pub(crate) endpoints: Vec<Endpoint>,
}

/// Where clients look for files and folders (CONTRACT 8).
const SITE_MEDIA: &[&str] =
    &["/site-media", "/wix-privatemedia-proxy-server", "/_api/wix-privatemedia-proxy-server"];

/// Every API.
pub(crate) fn apis() -> Vec<Api> {
    vec![
        files::api(),
        folders::api(),
        channels::api(),
        webhooks::api(),
        types::api(),
        presets::api(),
        captions::api(),
        contents::api(),
        keys::api(),
        users::api(),
        sessions::api(),
        access::api(),
        oauth::api(),
        audit::api(),
    ]
}
