//! The token endpoint at the address where the SDK's AppStrategy refreshes.

use manager::access::token;

use super::{ERRORS, endpoint};
use crate::api::endpoint::{Asks, Endpoint, Open};

const ABOUT: Open = Open {
    name: "exchangeAppToken",
    summary: "The same as `/oauth2/token`, where the app strategy of the published SDK looks for it.",
    asks: Asks::Nobody,
    errors: ERRORS,
};

pub(super) fn describe() -> Endpoint {
    endpoint("/oauth/access", ABOUT, token)
}
