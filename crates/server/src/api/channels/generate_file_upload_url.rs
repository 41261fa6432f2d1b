//! generateFileUploadUrl of Communication Channels (CONTRACT 3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::channels;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "generateFileUploadUrl",
    summary: "Makes a URL to which one file can be sent with `PUT`, good for ten hours.",
    method: Method::ChannelsGenerateFileUploadUrl,
    errors: &[
        Code::ChannelsMismatchMimeType,
        Code::ChannelsUnsupportedFileFormat,
        Code::ChannelsFileSizeOverLimit,
        Code::ChannelsZeroFileSize,
        Code::SiteQuotaExceeded,
    ],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/upload-url", ABOUT, channels::issue)
}
