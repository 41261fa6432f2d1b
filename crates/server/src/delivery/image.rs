//! Images in other sizes and formats.

use axum::body::Body;
use axum::extract::{MatchedPath, Path, Query, State};
use axum::http::header::{ACCEPT, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, Uri};
use manager::delivery::image::{Accepts, Asked, Lasts, image};
use serde::Deserialize;

use super::respond::{Served, respond};
use crate::App;
use crate::error::ApiError;

/// Whether the form was made before, for people who look after speed.
const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

#[derive(Deserialize)]
pub(super) struct Signed {
    token: Option<String>,
}

pub(super) async fn serve(
    State(app): State<App>,
    verb: Method,
    matched: MatchedPath,
    Path((id, _)): Path<(String, String)>,
    uri: Uri,
    Query(signed): Query<Signed>,
    headers: HeaderMap,
) -> Result<Response<Body>, ApiError> {
    let accepts = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let accepts = Accepts::read(&accepts.collect::<Vec<_>>().join(","));
    // As it came: a slash that is percent-encoded is none.
    let path = uri.path().splitn(5, '/').nth(4).unwrap_or_default();
    let host = matched.as_str().split('/').nth(1).unwrap_or_default();
    let asked = Asked { host, id: &id, path, token: signed.token.as_deref(), accepts };
    let variant = image(&app.manager, asked).await?;
    let served = Served {
        content: variant.content,
        content_type: variant.content_type.to_owned(),
        etag: variant.etag,
        cache_control: match variant.lasts {
            Lasts::Forever => "public, max-age=31536000, immutable",
            Lasts::Awhile => "public, max-age=300",
            Lasts::Moments => "public, max-age=10",
            Lasts::Privately => "private, max-age=3600",
        },
        disposition: None,
    };
    let mut response = respond(&verb, &headers, served)?;
    let cache = HeaderValue::from_static(if variant.cached { "hit" } else { "miss" });
    response.headers_mut().insert(X_CACHE, cache);
    if variant.varies {
        response.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
    }
    Ok(response)
}
