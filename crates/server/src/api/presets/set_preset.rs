//! setPreset: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::presets::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "setPreset",
    summary: "Makes a preset, or gives the one that has this name another transformation.",
    method: Method::ManagePresets,
    errors: &[Code::TooManyPresets],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::PUT, "/v1/presets/{name}", ABOUT, api::set)
}
