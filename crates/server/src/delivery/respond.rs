//! Bytes on their way out: conditional requests, ranges, and the headers that keep user content harmless.

use std::ops::Range;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL,
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::response::IntoResponse;
use contract::errors::Code;
use futures::{StreamExt, TryStreamExt, stream};
use manager::delivery::Content;

use super::range::{Asked, asked};
use crate::error::ApiError;

/// What is sent, and how it may be used.
pub(super) struct Served {
    pub(super) content: Content,
    pub(super) content_type: String,
    /// Strong, with its quotes.
    pub(super) etag: String,
    pub(super) cache_control: &'static str,
    /// Whole header value, or none for content that is simply shown.
    pub(super) disposition: Option<String>,
}

const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Answers a `GET` or `HEAD` with `served`.
pub(super) fn respond(
    verb: &Method,
    headers: &HeaderMap,
    served: Served,
) -> Result<Response<Body>, ApiError> {
    let length = served.content.length();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let mut response = Response::new(Body::empty());
    describe(response.headers_mut(), &served);
    if text(IF_MATCH).is_some_and(|tags| !names(tags, &served.etag)) {
        *response.status_mut() = StatusCode::PRECONDITION_FAILED;
        return Ok(response);
    }
    if text(IF_NONE_MATCH).is_some_and(|tags| names(tags, &served.etag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Ok(response);
    }
    // `If-Range` with anything but our own strong tag means: the copy is stale, send everything.
    let range = text(RANGE).filter(|_| text(IF_RANGE).is_none_or(|tag| tag == served.etag));
    let (status, range) = match asked(range, length) {
        Asked::Whole => (StatusCode::OK, 0..length),
        Asked::One(range) => (StatusCode::PARTIAL_CONTENT, range),
        Asked::Many(ranges) => {
            let sends = *verb != Method::HEAD;
            return Ok(several(response, served, ranges, length, sends));
        }
        Asked::Nothing => return Ok(out_of_range(length)),
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    if status == StatusCode::PARTIAL_CONTENT {
        insert(headers, CONTENT_RANGE, &format!("bytes {}-{}/{length}", range.start, range.end - 1));
    }
    if *verb != Method::HEAD && range.start < range.end {
        *response.body_mut() = Body::from_stream(served.content.stream(range));
    }
    Ok(response)
}

fn describe(headers: &mut HeaderMap, served: &Served) {
    insert(headers, CONTENT_TYPE, &served.content_type);
    insert(headers, ETAG, &served.etag);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(served.cache_control));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let exposed = "Accept-Ranges, Content-Length, Content-Range, Content-Disposition, ETag, X-Wix-Request-Id";
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
    headers.insert(CORP, HeaderValue::from_static("cross-origin"));
    // The type was decided by content: nobody is to guess another one, and nothing in it may run.
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; sandbox";
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    if let Some(disposition) = &served.disposition {
        insert(headers, CONTENT_DISPOSITION, disposition);
    }
}

/// Sets a header whose value was made here; one that isn't a header value (it can't be) is left out.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Whether a list of entity tags names `etag`; weak ones compare by what they stand for.
fn names(tags: &str, etag: &str) -> bool {
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

fn out_of_range(length: u64) -> Response<Body> {
    let mut response = ApiError::of(Code::RangeNotSatisfiable).into_response();
    insert(response.headers_mut(), CONTENT_RANGE, &format!("bytes */{length}"));
    response
}

/// A `multipart/byteranges` reply; its length is known before the first byte is read.
fn several(
    mut response: Response<Body>,
    served: Served,
    ranges: Vec<Range<u64>>,
    length: u64,
    sends: bool,
) -> Response<Body> {
    // The tag is a hash of the content, so the boundary can't be in it but by an accident of 2^-64.
    let boundary = format!("part-{}", served.etag.trim_matches('"'));
    let heads: Vec<String> = ranges
        .iter()
        .map(|range| {
            format!(
                "\r\n--{boundary}\r\nContent-Type: {}\r\nContent-Range: bytes {}-{}/{length}\r\n\r\n",
                served.content_type,
                range.start,
                range.end - 1
            )
        })
        .collect();
    let tail = format!("\r\n--{boundary}--\r\n");
    let bodies: u64 = ranges.iter().map(|range| range.end - range.start).sum();
    let frames = heads.iter().map(String::len).sum::<usize>() + tail.len();
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    let headers = response.headers_mut();
    insert(headers, CONTENT_TYPE, &format!("multipart/byteranges; boundary={boundary}"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bodies + frames as u64));
    if sends {
        let content = served.content;
        let parts = stream::iter(heads.into_iter().zip(ranges)).flat_map(move |(head, range)| {
            stream::once(async move { Ok(head.into()) }).chain(content.stream(range)).boxed()
        });
        let whole = parts.chain(stream::once(async move { Ok(tail.into()) }));
        *response.body_mut() = Body::from_stream(whole.into_stream());
    }
    response
}
