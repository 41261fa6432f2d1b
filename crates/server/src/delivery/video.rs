//! Videos: renditions as normal MP4s, and streams.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, Response};
use contract::enums::ContentDisposition;
use manager::delivery::video::{StreamAsked, rendition as made, stream as part_of};
use serde::Deserialize;

use super::disposition;
use super::respond::{Served, respond};
use crate::App;
use crate::error::ApiError;

/// What may be made again some day, under the same address.
const AWHILE: &str = "public, max-age=3600";
/// What may get better at any moment.
const MOMENTS: &str = "public, max-age=10";

#[derive(Deserialize)]
pub(super) struct Version {
    v: Option<String>,
}

pub(super) async fn rendition(
    State(app): State<App>,
    verb: Method,
    Path((id, quality, _)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response<Body>, ApiError> {
    let original = made(&app.manager, &id, &quality).await?;
    let served = Served {
        disposition: Some(disposition::header(ContentDisposition::Inline, &original.name)),
        content: original.content,
        content_type: original.content_type,
        etag: original.etag,
        cache_control: AWHILE,
    };
    respond(&verb, &headers, served)
}

pub(super) async fn stream(
    State(app): State<App>,
    verb: Method,
    Path((id, list, part)): Path<(String, String, String)>,
    Query(version): Query<Version>,
    headers: HeaderMap,
) -> Result<Response<Body>, ApiError> {
    let asked = StreamAsked { id: &id, token: None, list: &list, part: &part, version: version.v.as_deref() };
    serve(&app, &verb, &headers, asked).await
}

pub(super) async fn private_stream(
    State(app): State<App>,
    verb: Method,
    Path((id, token, list, part)): Path<(String, String, String, String)>,
    Query(version): Query<Version>,
    headers: HeaderMap,
) -> Result<Response<Body>, ApiError> {
    let version = version.v.as_deref();
    let asked = StreamAsked { id: &id, token: Some(&token), list: &list, part: &part, version };
    serve(&app, &verb, &headers, asked).await
}

async fn serve(
    app: &App,
    verb: &Method,
    headers: &HeaderMap,
    asked: StreamAsked<'_>,
) -> Result<Response<Body>, ApiError> {
    let part = part_of(&app.manager, asked).await?;
    let served = Served {
        content: part.content,
        content_type: part.content_type.to_owned(),
        etag: part.etag,
        cache_control: match (part.private, part.lasts) {
            // The token may end before a copy does, so copies stay with the viewer, and not for long.
            (true, _) => "private, max-age=60",
            (false, true) => super::original::IMMUTABLE,
            (false, false) => MOMENTS,
        },
        disposition: None,
    };
    respond(verb, headers, served)
}
