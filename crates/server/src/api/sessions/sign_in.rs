//! signIn: no part of the published API.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::users::sessions;

use crate::api::endpoint::{Asks, Endpoint, Open, open_endpoint};

const ABOUT: Open = Open {
    name: "signIn",
    summary: "Begins a session for the user with this e-mail and password, or with a code from signing in elsewhere.",
    asks: Asks::Nobody,
    errors: &[Code::SignInFailed, Code::ResourceExhausted],
};

pub(super) fn describe() -> Endpoint {
    open_endpoint(Verb::POST, "/v1/sessions", ABOUT, sessions::sign_in)
}
