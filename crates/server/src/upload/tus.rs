//! Resumable uploads by TUS 1.0.0 (<https://tus.io/protocols/resumable-upload>; CONTRACT 4.2).

use std::time::{Duration, SystemTime};

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use contract::errors::Code;
use contract::files::FileReply;
use manager::uploads::{self, ALGORITHMS, Announced, Checksum, Piece, Progress};
use tokio::task::JoinHandle;

use super::put::{Params, drain, unstalled};
use crate::App;
use crate::admission::origin_of;
use crate::cors;
use crate::error::ApiError;

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str =
    "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation";
const PIECE: &str = "application/offset+octet-stream";
/// What a page may read of a reply.
const EXPOSED: &str = "Location, Upload-Offset, Upload-Length, Upload-Defer-Length, Upload-Metadata, Upload-Expires, Upload-Concat, \
     Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, X-Wix-Request-Id, Retry-After";

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_DEFER_LENGTH: HeaderName = HeaderName::from_static("upload-defer-length");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const UPLOAD_CONCAT: HeaderName = HeaderName::from_static("upload-concat");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// `OPTIONS`: what this server can do; for browsers, that they may.
pub(super) async fn options(State(app): State<App>) -> Response {
    let mut response = cors::preflight("POST, HEAD, PATCH, DELETE, PUT, OPTIONS");
    let headers = response.headers_mut();
    headers.insert("tus-version", HeaderValue::from_static(VERSION));
    headers.insert("tus-extension", HeaderValue::from_static(EXTENSIONS));
    headers.insert("tus-checksum-algorithm", HeaderValue::from_static(ALGORITHMS));
    headers.insert("tus-max-size", HeaderValue::from(app.manager.settings().limits.most_bytes()));
    spoken(response)
}

/// `/upload/tus`: an upload begins.
pub(super) async fn collection(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let done = match verb(&parts.method, &parts.headers) {
        Method::POST => begin(&app, &parts, body).await,
        _ => Err(ApiError::of(Code::MethodNotAllowed)),
    };
    spoken(done.unwrap_or_else(refusal))
}

/// `/upload/tus/{name}`: an upload goes on, by its name; or is finished, by its token.
pub(super) async fn resource(
    State(app): State<App>,
    Path(name): Path<String>,
    Query(params): Query<Params>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let done = match verb(&parts.method, headers) {
        // In boxes: thousands of requests that send bytes need no room for what the others do.
        Method::HEAD => Box::pin(ask(&app, headers, &name)).await,
        Method::PATCH => match append(&app, &parts, name, body) {
            // What the request said is let go of while its bytes come in, which may take long.
            Ok(running) => {
                drop(parts);
                received(running).await.map(|progress| state(StatusCode::NO_CONTENT, &progress))
            }
            Err(error) => Err(error),
        },
        Method::DELETE => Box::pin(end(&app, headers, &name)).await,
        Method::PUT => Box::pin(finish(&app, &parts, &name, params)).await,
        _ => Err(ApiError::of(Code::MethodNotAllowed)),
    };
    spoken(done.unwrap_or_else(refusal))
}

async fn begin(app: &App, request: &Parts, body: Body) -> Result<Response, ApiError> {
    let headers = &request.headers;
    check_version(headers)?;
    let concat = text(headers, &UPLOAD_CONCAT);
    let parts = concat.and_then(|concat| concat.strip_prefix("final;")).map(names);
    if concat.is_some() && concat != Some("partial") && parts.is_none() {
        return Err(wrong("Upload-Concat is neither `partial` nor `final;` with the URLs of parts"));
    }
    let length = number(headers, &UPLOAD_LENGTH)?;
    if parts.is_none() && length.is_none() && text(headers, &UPLOAD_DEFER_LENGTH) != Some("1") {
        return Err(wrong("Upload-Length is missing; send it, or `Upload-Defer-Length: 1`"));
    }
    let metadata = text(headers, &UPLOAD_METADATA).unwrap_or_default();
    let announced = Announced { length, metadata: metadata.to_owned() };
    let joined = parts.is_some();
    let mut begun = match (concat, parts) {
        (_, Some(parts)) => {
            uploads::join(&app.manager, announced, parts, origin_of(&request.extensions)).await?
        }
        (Some(_), None) => {
            let length = length.ok_or_else(|| wrong("a part needs its Upload-Length"))?;
            uploads::begin_part(&app.manager, length).await?
        }
        (None, None) => uploads::begin(&app.manager, announced).await?,
    };
    if !joined && text(headers, &CONTENT_TYPE) == Some(PIECE) {
        begun = received(send(app, request, begun.id.clone(), 0, body)?).await?;
    }
    let mut response = state(StatusCode::CREATED, &begun);
    let location = location(app, &begun.id);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

async fn ask(app: &App, headers: &HeaderMap, name: &str) -> Result<Response, ApiError> {
    check_version(headers)?;
    let progress = uploads::ask(&app.manager, name).await?;
    let mut response = state(StatusCode::OK, &progress);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match progress.length {
        Some(length) => headers.insert(UPLOAD_LENGTH, HeaderValue::from(length)),
        None => headers.insert(UPLOAD_DEFER_LENGTH, HeaderValue::from_static("1")),
    };
    let concat = match &progress.parts {
        Some(parts) => {
            let urls: Vec<String> = parts.iter().map(|part| location(app, part)).collect();
            Some(format!("final;{}", urls.join(" ")))
        }
        None => progress.part.then(|| "partial".to_owned()),
    };
    if let Some(concat) = concat.and_then(|concat| HeaderValue::from_str(&concat).ok()) {
        headers.insert(UPLOAD_CONCAT, concat);
    }
    if let Ok(metadata) = HeaderValue::from_str(&progress.metadata)
        && !metadata.is_empty()
    {
        headers.insert(UPLOAD_METADATA, metadata);
    }
    Ok(response)
}

fn append(app: &App, request: &Parts, name: String, body: Body) -> Result<Running, ApiError> {
    let headers = &request.headers;
    check_version(headers)?;
    if text(headers, &CONTENT_TYPE) != Some(PIECE) {
        return Err(ApiError::of(Code::UploadContentType));
    }
    let offset = number(headers, &UPLOAD_OFFSET)?.ok_or_else(|| wrong("Upload-Offset is missing"))?;
    send(app, request, name, offset, body)
}

/// A piece that is being taken in.
type Running = JoinHandle<manager::Result<Progress>>;

async fn received(running: Running) -> Result<Progress, ApiError> {
    Ok(running.await.map_err(|_| ApiError::of(Code::Internal))??)
}

/// Takes in a piece, on a task of its own: when the client hangs up, what came is still kept.
fn send(app: &App, request: &Parts, name: String, offset: u64, body: Body) -> Result<Running, ApiError> {
    let (headers, origin) = (&request.headers, origin_of(&request.extensions));
    let checksum = match text(headers, &UPLOAD_CHECKSUM) {
        None => None,
        Some(text) => Some(Checksum::parse(text).ok_or_else(|| {
            wrong("Upload-Checksum is not understood; it is an algorithm of Tus-Checksum-Algorithm and a base64 value")
        })?),
    };
    let (size, length) = (number(headers, &CONTENT_LENGTH)?, number(headers, &UPLOAD_LENGTH)?);
    let (manager, idle) = (app.manager.clone(), app.idle_timeout);
    Ok(tokio::spawn(async move {
        let mut body = body.into_data_stream();
        let bytes = unstalled(&mut body, idle);
        let piece = Piece { offset, size, length, checksum, origin, bytes };
        let done = uploads::append(&manager, &name, piece).await;
        if done.is_err() {
            drain(body).await;
        }
        done.map(|(progress, _)| progress)
    }))
}

async fn end(app: &App, headers: &HeaderMap, name: &str) -> Result<Response, ApiError> {
    check_version(headers)?;
    uploads::end(&app.manager, name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn finish(app: &App, request: &Parts, token: &str, params: Params) -> Result<Response, ApiError> {
    let origin = origin_of(&request.extensions);
    let file = uploads::finish(&app.manager, token, params.filename.as_deref(), origin).await?;
    Ok(Json(FileReply { file }).into_response())
}

fn location(app: &App, id: &str) -> String {
    format!("{}/upload/tus/{id}", app.manager.settings().public_url)
}

/// The names in the URLs of parts.
fn names(urls: &str) -> Vec<String> {
    urls.split_whitespace().filter_map(|url| url.rsplit('/').next()).map(str::to_owned).collect()
}

/// The verb that is meant: some networks let no others than `POST` through.
fn verb(method: &Method, headers: &HeaderMap) -> Method {
    let said = text(headers, &OVERRIDE).and_then(|verb| verb.to_ascii_uppercase().parse().ok());
    said.unwrap_or_else(|| method.clone())
}

fn check_version(headers: &HeaderMap) -> Result<(), ApiError> {
    match text(headers, &TUS_RESUMABLE) {
        Some(VERSION) => Ok(()),
        _ => Err(ApiError::of(Code::UploadVersion)),
    }
}

fn state(status: StatusCode, progress: &Progress) -> Response {
    let mut response = status.into_response();
    let headers = response.headers_mut();
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(progress.offset));
    let ends = SystemTime::UNIX_EPOCH + Duration::from_millis(progress.expires.unsigned_abs());
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(ends)) {
        headers.insert(UPLOAD_EXPIRES, date);
    }
    response
}

/// What every reply of the protocol has.
fn spoken(mut response: Response) -> Response {
    let headers = response.headers_mut();
    cors::open_with(headers, EXPOSED);
    headers.insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
    headers.remove(EXPIRES);
    response
}

/// An error, with the status that the protocol has for it.
fn refusal(error: ApiError) -> Response {
    let status = match error.code() {
        Code::UploadInProgress => Some(StatusCode::LOCKED),
        Code::FileSizeOverLimit => Some(StatusCode::PAYLOAD_TOO_LARGE),
        Code::UploadTokenExpired => Some(StatusCode::GONE),
        // Which clients try again by themselves.
        Code::ResourceExhausted => Some(StatusCode::SERVICE_UNAVAILABLE),
        _ => None,
    };
    let mut response = error.into_response();
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    response.headers_mut().insert("tus-version", HeaderValue::from_static(VERSION));
    response
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<Option<u64>, ApiError> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    // The database counts in 63 bits, as every file system does.
    match number.filter(|number| i64::try_from(*number).is_ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(wrong(&format!("{name} is not a number of bytes"))),
    }
}

fn wrong(text: &str) -> ApiError {
    ApiError::described(Code::UploadHeader, text.to_owned(), None)
}
