//! What a token stands for (RFC 7662 in the words of the published SDK).

use contract::errors::Code;
use manager::access::token_info;

use super::endpoint;
use crate::api::endpoint::{Asks, Endpoint, Open};

const ABOUT: Open = Open {
    name: "getTokenInfo",
    summary: "Tells whom a token stands for, and whether it is still good.",
    asks: Asks::Nobody,
    errors: &[Code::InvalidTokenRequest],
};

pub(super) fn describe() -> Endpoint {
    endpoint("/oauth2/token-info", ABOUT, token_info)
}
