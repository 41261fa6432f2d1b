//! Which pages may read replies: of uploads, public bytes and the token endpoints those of any origin, as the right is in
//! the URL or the body; of the API those of the origins that a setting names.
//!
//! Nothing goes by cookies, so no reply allows credentials.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Origins whose pages may read replies.
#[derive(Debug, Clone)]
pub enum Origins {
    /// Any.
    Any,
    /// These, as browsers write them: in lower case, without a default port or a slash at the end.
    These(Arc<[String]>),
}

impl Origins {
    /// What `Access-Control-Allow-Origin` says to a page of this origin; nothing to one that may not read.
    fn answer(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match self {
            Origins::Any => Some(HeaderValue::from_static("*")),
            Origins::These(origins) => {
                origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()).then(|| origin.clone())
            }
        }
    }
}

/// Answers preflights for the API, and lets pages of these origins read its replies.
pub(crate) async fn allow(State(origins): State<Origins>, request: Request, next: Next) -> Response {
    let allowed = request.headers().get(ORIGIN).and_then(|origin| origins.answer(origin));
    let asks_first =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match allowed {
        Some(_) if asks_first => preflight("GET, POST, PUT, PATCH, DELETE"),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    if let Some(origin) = allowed {
        open(headers);
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    if let Origins::These(_) = origins {
        // The reply to one origin may not be shown to another by a cache.
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
    response
}

/// Lets any page read the reply.
pub(crate) fn open(headers: &mut HeaderMap) {
    open_with(headers, "X-Wix-Request-Id, Retry-After");
}

/// Lets any page read the reply, these headers of it too.
pub(crate) fn open_with(headers: &mut HeaderMap, exposed: &'static str) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
}

/// The answer to a preflight: these methods, any headers.
pub(crate) fn preflight(methods: &'static str) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    open(headers);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    // `*` doesn't cover Authorization, which some clients send along without need.
    let allowed = HeaderValue::from_static("*, Authorization, Content-Type");
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}
