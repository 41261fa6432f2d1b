//! setImagePolicy: no part of the published API.

use axum::http::Method as Verb;
use manager::access::Method;
use manager::presets::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "setImagePolicy",
    summary: "Sets whether images of the site are made only as presets and signed addresses say.",
    method: Method::ManagePresets,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::PUT, "/v1/image-policy", ABOUT, api::set_policy)
}
