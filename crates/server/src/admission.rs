//! Who calls, if they may call now.

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use manager::access::Caller;
use manager::{Error, Result};

use crate::App;
use crate::client::ClientAddress;
use crate::credentials::caller_of;

/// The checked caller of a request, counted against its rate.
pub(crate) async fn admit(app: &App, request: &Parts) -> Result<Caller> {
    let credentials = request.headers.get(AUTHORIZATION).map_or(&b""[..], |value| value.as_bytes());
    let client = request.extensions.get::<ClientAddress>();
    let client = client.ok_or_else(|| Error::Internal("the listener told no address".into()))?;
    app.manager.rates().admit(credentials, client.0, caller_of(&app.manager, &request.headers)).await
}
