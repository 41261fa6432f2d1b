//! listPresets: no part of the published API.

use axum::http::Method as Verb;
use manager::access::Method;
use manager::presets::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listPresets",
    summary: "Lists the presets of the site: transformations of images that have a name.",
    method: Method::ManagePresets,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/presets", ABOUT, api::list)
}
