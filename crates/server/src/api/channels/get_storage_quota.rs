//! getStorageQuota of Communication Channels (CONTRACT 3).

use axum::http::Method as Verb;
use manager::access::Method;
use manager::channels;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "getStorageQuota",
    summary: "Tells how much room the site has, and how much of it is taken.",
    method: Method::ChannelsGetStorageQuota,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/storage-quota", ABOUT, channels::quota)
}
