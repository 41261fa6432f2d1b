//! removePreset: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::presets::api;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "removePreset",
    summary: "Removes a preset; its addresses answer nothing any more.",
    method: Method::ManagePresets,
    errors: &[Code::PresetNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::DELETE, "/v1/presets/{name}", ABOUT, api::remove)
}
