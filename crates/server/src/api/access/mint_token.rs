//! mintToken: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::{Method, mint};

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "mintToken",
    summary: "Makes a token for a member or visitor of the calling app; it allows nothing unless the app elevates it.",
    method: Method::MintTokens,
    errors: &[Code::KeyNotFound],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::POST, "/v1/tokens", ABOUT, mint)
}
