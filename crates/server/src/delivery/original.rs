//! Originals by their static URL (CONTRACT 7.5), and the icons that stand for files that can't be drawn yet.

use axum::body::Body;
use axum::extract::{MatchedPath, Path, State};
use axum::http::{HeaderMap, Method, Response};
use contract::enums::ContentDisposition;
use manager::delivery;

use super::disposition;
use super::respond::{Served, respond};
use crate::App;
use crate::error::ApiError;

/// What never changes under its address.
pub(super) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

pub(super) async fn serve(
    State(app): State<App>,
    verb: Method,
    path: MatchedPath,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response<Body>, ApiError> {
    let host = path.as_str().split('/').nth(1).unwrap_or_default();
    let original = delivery::original(&app.manager, host, &id).await?;
    let shown = if original.active { ContentDisposition::Attachment } else { ContentDisposition::Inline };
    let served = Served {
        disposition: Some(disposition::header(shown, &original.name)),
        content: original.content,
        content_type: original.content_type,
        etag: original.etag,
        cache_control: IMMUTABLE,
    };
    respond(&verb, &headers, served)
}

/// What was made of a file, by the name of its asset.
pub(super) async fn derived(
    State(app): State<App>,
    verb: Method,
    path: MatchedPath,
    Path((id, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response<Body>, ApiError> {
    let host = path.as_str().split('/').nth(1).unwrap_or_default();
    let asset = delivery::derived(&app.manager, host, &id, &key).await?;
    let served = Served {
        disposition: None,
        content: asset.content,
        content_type: asset.content_type,
        etag: asset.etag,
        // It may be made again some day.
        cache_control: "public, max-age=3600",
    };
    respond(&verb, &headers, served)
}

pub(super) async fn serve_icon(
    verb: Method,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response<Body>, ApiError> {
    let icon = delivery::icon(&name)?;
    let served = Served {
        content: icon.content,
        content_type: icon.content_type,
        etag: icon.etag,
        // An icon may be redrawn with the next version.
        cache_control: "public, max-age=86400",
        disposition: None,
    };
    respond(&verb, &headers, served)
}
