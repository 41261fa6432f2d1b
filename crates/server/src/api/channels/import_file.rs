//! importFile of Communication Channels (CONTRACT 3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::channels;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "importFile",
    summary: "Fetches a file from a URL. The reply comes at once, and events tell how it went.",
    method: Method::ChannelsImportFile,
    errors: &[
        Code::ChannelsMismatchMimeType,
        Code::ChannelsUnsupportedFileFormat,
        Code::ChannelsFileSizeOverLimit,
        Code::SiteQuotaExceeded,
    ],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/import-file", ABOUT, channels::import)
}
