//! Zips of many files by their permanent link (CONTRACT 1.3 (1)).

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response};
use contract::enums::ContentDisposition;
use manager::delivery;

use super::disposition;
use super::respond::{Served, respond};
use crate::App;
use crate::error::ApiError;

pub(super) async fn serve(
    State(app): State<App>,
    verb: Method,
    Path(hex): Path<String>,
    headers: HeaderMap,
) -> Result<Response<Body>, ApiError> {
    let archive = delivery::archive(&app.manager, &hex).await?;
    let served = Served {
        content: archive.content,
        content_type: "application/zip".to_owned(),
        etag: archive.etag,
        // Files in it can be renamed, or go.
        cache_control: "public, no-cache",
        disposition: Some(disposition::header(ContentDisposition::Attachment, &archive.name)),
    };
    respond(&verb, &headers, served)
}
