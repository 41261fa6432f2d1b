//! getSession: no part of the published API.

use axum::http::Method as Verb;
use manager::users::sessions;

use crate::api::endpoint::{Asks, Endpoint, Open, open_endpoint};

const ABOUT: Open = Open {
    name: "getSession",
    summary: "Tells who is signed in, and the user's roles on sites.",
    asks: Asks::User,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    open_endpoint(Verb::GET, "/v1/sessions", ABOUT, sessions::who)
}
