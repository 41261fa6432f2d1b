//! The token endpoint.

use manager::access::token;

use super::{ERRORS, endpoint};
use crate::api::endpoint::{Asks, Endpoint, Open};

const ABOUT: Open = Open {
    name: "issueToken",
    summary: "Gives an access token to an app, a new visitor, or the holder of another token; takes JSON or a form.",
    asks: Asks::Nobody,
    errors: ERRORS,
};

pub(super) fn describe() -> Endpoint {
    endpoint("/oauth2/token", ABOUT, token)
}
