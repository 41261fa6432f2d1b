//! generatePrivateImageUrl (CONTRACT 1.6).

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::delivery::image;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "generatePrivateImageUrl",
    summary: "Signs the address of a form of an image.",
    method: Method::GeneratePrivateImageUrl,
    errors: &[Code::ResourceNotFound, Code::InvalidValue],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/files/generate-private-image-url", ABOUT, image::link_image)]
}
