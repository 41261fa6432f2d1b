//! generateVideoStreamingUrl (CONTRACT 1.3).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::delivery;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "generateVideoStreamingUrl",
    summary: "Makes a link to a video's stream.",
    method: Method::GenerateVideoStreamingUrl,
    errors: &[Code::ResourceNotFound, Code::FileHasNoStream],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        endpoint(Verb::POST, "/v1/files/generate-video-stream-url", ABOUT, delivery::link_stream),
        endpoint(Verb::POST, "/v1/files/video/{fileId}/generate-stream-url", ABOUT, delivery::link_stream),
    ]
}
