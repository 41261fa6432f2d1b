//! Who calls, if they may call now.

use std::net::IpAddr;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use manager::access::Caller;
use manager::users::sessions::Visit;
use manager::{Error, Result};

use crate::App;
use crate::client::ClientAddress;
use crate::credentials::{caller_of, secret_of};

/// The checked caller of a request, counted against its rate.
pub(crate) async fn admit(app: &App, request: &Parts) -> Result<Caller> {
    let credentials = request.headers.get(AUTHORIZATION).map_or(&b""[..], |value| value.as_bytes());
    app.manager
        .rates()
        .admit(credentials, address_of(request)?, caller_of(&app.manager, &request.headers))
        .await
}

/// What is known of a request that looks for no caller on a site.
pub(crate) fn visit_of(request: &Parts) -> Result<Visit> {
    Ok(Visit { secret: secret_of(&request.headers).to_owned(), address: address_of(request)? })
}

fn address_of(request: &Parts) -> Result<IpAddr> {
    let client = request.extensions.get::<ClientAddress>();
    client.map(|client| client.0).ok_or_else(|| Error::Internal("the listener told no address".into()))
}
