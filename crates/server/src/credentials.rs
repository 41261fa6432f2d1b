//! Reads who calls from a request's headers: `Authorization: KEY` or `Bearer KEY`, with `wix-site-id` (CONTRACT 8).

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use manager::access::{Caller, Credentials, authenticate};
use manager::{Manager, Result};

/// The checked caller of a request.
pub(crate) async fn caller_of(manager: &Manager, headers: &HeaderMap) -> Result<Caller> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let key = text(AUTHORIZATION.as_str()).map(|value| match value.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
        _ => value,
    });
    authenticate(manager, Credentials { key: key.unwrap_or_default(), site_id: text("wix-site-id") }).await
}
