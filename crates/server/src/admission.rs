//! Who calls, if they may call now.

use std::net::IpAddr;

use axum::http::Extensions;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use manager::access::Caller;
use manager::users::sessions::Visit;
use manager::{Error, Origin, Result};

use crate::App;
use crate::client::ClientAddress;
use crate::credentials::{caller_of, secret_of};
use crate::request_id::RequestId;

/// The checked caller of a request, counted against its rate.
pub(crate) async fn admit(app: &App, request: &Parts) -> Result<Caller> {
    let credentials = request.headers.get(AUTHORIZATION).map_or(&b""[..], |value| value.as_bytes());
    let address = address_of(request)?;
    let caller = caller_of(&app.manager, &request.headers);
    let caller = app.manager.rates().admit(credentials, address, caller).await?;
    Ok(Caller { origin: origin_of(&request.extensions), ..caller })
}

/// What is known of where a request comes from.
pub(crate) fn origin_of(extensions: &Extensions) -> Origin {
    Origin {
        address: extensions.get::<ClientAddress>().map(|client| client.0),
        request: extensions.get::<RequestId>().map(|id| id.0.clone()),
    }
}

/// What is known of a request that looks for no caller on a site.
pub(crate) fn visit_of(request: &Parts) -> Result<Visit> {
    let Origin { request: id, .. } = origin_of(&request.extensions);
    let (secret, address) = (secret_of(&request.headers).to_owned(), address_of(request)?);
    Ok(Visit { secret, address, request: id })
}

/// Counts a request that shows its right in its body for the address that it comes from.
pub(crate) fn admit_stranger(app: &App, request: &Parts) -> Result<()> {
    app.manager.rates().admit_stranger(address_of(request)?)
}

fn address_of(request: &Parts) -> Result<IpAddr> {
    let client = request.extensions.get::<ClientAddress>();
    client.map(|client| client.0).ok_or_else(|| Error::Internal("the listener told no address".into()))
}
