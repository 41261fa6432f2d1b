//! getPreset: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::presets::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "getPreset",
    summary: "Gets a preset by its name.",
    method: Method::ManagePresets,
    errors: &[Code::PresetNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/presets/{name}", ABOUT, api::get)
}
