//! The end of a token before its time (RFC 7009).

use contract::errors::Code;
use manager::access::revoke;

use super::endpoint;
use crate::api::endpoint::{Asks, Endpoint, Open};

const ABOUT: Open = Open {
    name: "revokeToken",
    summary: "Ends a token of the app that asks, and all others that were given out with it or for it; takes JSON or a form.",
    asks: Asks::Nobody,
    errors: &[Code::InvalidTokenRequest, Code::InvalidClient, Code::InvalidGrant],
};

pub(super) fn describe() -> Endpoint {
    endpoint("/oauth2/revoke", ABOUT, revoke)
}
