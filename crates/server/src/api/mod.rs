//! The JSON APIs: one method per file, below the folder of its API.

mod channels;
pub(crate) mod endpoint;
mod files;
mod request;
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

/// Every API.
pub(crate) fn apis() -> Vec<Api> {
    vec![files::api(), channels::api(), webhooks::api()]
}
