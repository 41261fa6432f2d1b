//! signOut: no part of the published API.

use axum::http::Method as Verb;
use manager::users::sessions;

use crate::api::endpoint::{Asks, Endpoint, Open, open_endpoint};

const ABOUT: Open = Open {
    name: "signOut",
    summary: "Ends the session that the call is made with.",
    asks: Asks::User,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    open_endpoint(Verb::DELETE, "/v1/sessions", ABOUT, sessions::sign_out)
}
