//! Reads who calls from a request's headers: `Authorization: X` or `Bearer X`, with `wix-site-id` (CONTRACT 8); X is an API
//! key, an access token or a session token.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use manager::access::{Caller, Credentials, authenticate};
use manager::{Manager, Result};

/// The checked caller of a request.
pub(crate) async fn caller_of(manager: &Manager, headers: &HeaderMap) -> Result<Caller> {
    let credentials = Credentials { secret: secret_of(headers), site_id: text(headers, "wix-site-id") };
    authenticate(manager, credentials).await
}

/// What stands in the `Authorization` header; empty when nothing does.
pub(crate) fn secret_of(headers: &HeaderMap) -> &str {
    let value = text(headers, AUTHORIZATION.as_str()).unwrap_or_default();
    match value.split_once(' ') {
        Some((scheme, secret)) if scheme.eq_ignore_ascii_case("bearer") => secret.trim(),
        _ => value,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}
