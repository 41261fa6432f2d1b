//! Every reply carries `x-wix-request-id`, which is also the `request` of its log lines; one line per request.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, histogram};
use tracing::Instrument;
use tracing::field::display;
use uuid::Uuid;

use crate::client::ClientAddress;

/// The header, as the published SDK reads it (CONTRACT 1.4).
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-wix-request-id");

/// The id of a request; an extension of every request.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Gives the request its id, logs and counts it. Paths are logged as patterns: a real path can hold a token.
pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let id = Uuid::new_v4().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let verb = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unknown".to_owned(), |path| path.as_str().to_owned());
    let client = request.extensions().get::<ClientAddress>().map(|client| display(client.0));
    let span = tracing::info_span!("request", request = %id);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    span.in_scope(
        || tracing::info!(%verb, route, status, client, ms = took.as_secs_f64() * 1000.0, "served"),
    );
    let labels = [("route", route), ("status", status.to_string())];
    counter!("http_requests_total", &labels).increment(1);
    histogram!("http_request_seconds", &labels[..1]).record(took.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
