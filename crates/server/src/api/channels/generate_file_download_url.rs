//! generateFileDownloadUrl of Communication Channels (CONTRACT 3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::channels;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "generateFileDownloadUrl",
    summary: "Makes a link to a file, good for ten hours.",
    method: Method::ChannelsGenerateFileDownloadUrl,
    errors: &[Code::FileNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/download-url", ABOUT, channels::link_file)
}
