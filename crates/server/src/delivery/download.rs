//! Download links: `/download/{host}/{id}?token=` (CONTRACT 1.3 (2)).

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use axum::response::IntoResponse;
use contract::errors::Code;
use manager::delivery::{self, Link};
use serde::Deserialize;

use super::disposition;
use super::respond::{Served, respond};
use crate::App;
use crate::error::ApiError;

#[derive(Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    token: String,
}

pub(super) async fn serve(
    State(app): State<App>,
    verb: Method,
    Path((host, id)): Path<(String, String)>,
    Query(params): Query<Params>,
    headers: HeaderMap,
) -> Result<Response<Body>, ApiError> {
    match delivery::follow(&app.manager, &host, &id, &params.token).await? {
        Link::Good { original, shown, name } => {
            let served = Served {
                disposition: Some(disposition::header(shown, &name)),
                content: original.content,
                content_type: original.content_type,
                etag: original.etag,
                // The link ends; a copy in somebody else's cache would not.
                cache_control: "private, no-cache",
            };
            respond(&verb, &headers, served)
        }
        Link::Expired { redirect: Some(url) } => {
            let mut response = StatusCode::FOUND.into_response();
            let location = HeaderValue::from_str(&url).map_err(|_| ApiError::of(Code::LinkExpired))?;
            response.headers_mut().insert(LOCATION, location);
            Ok(response)
        }
        Link::Expired { redirect: None } => Ok(expired(&headers)),
    }
}

/// A page for people, the usual envelope for programs.
fn expired(headers: &HeaderMap) -> Response<Body> {
    let mut response = ApiError::of(Code::LinkExpired).into_response();
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        response.headers_mut().remove(axum::http::header::CONTENT_LENGTH);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        *response.body_mut() = Body::from(include_str!("expired.html"));
    }
    response
}
