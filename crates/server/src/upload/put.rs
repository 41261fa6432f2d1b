//! `PUT /upload/{token}` (CONTRACT 4.1).

use std::io;
use std::time::Duration;

use axum::Json;
use axum::body::BodyDataStream;
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use contract::files::FileReply;
use futures::{Stream, StreamExt};
use manager::uploads::{self, Incoming};
use serde::Deserialize;

use crate::App;
use crate::admission::origin_of;
use crate::cors;
use crate::error::ApiError;

/// What a client calls a file in the query.
#[derive(Deserialize)]
pub(super) struct Params {
    pub(super) filename: Option<String>,
}

pub(super) async fn receive(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(params): Query<Params>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut body = body.into_data_stream();
    let answer = take_in(&app, &token, params, &parts, &mut body).await;
    let mut response = match answer {
        Ok(reply) => Json(reply).into_response(),
        Err(error) => {
            // Who asked whether to go on isn't sending yet; everybody else is, and would see a reset instead of the
            // answer if we hung up in the middle of it.
            if !parts.headers.contains_key(EXPECT) {
                drain(body).await;
            }
            error.into_response()
        }
    };
    cors::open(response.headers_mut());
    response
}

async fn take_in(
    app: &App,
    token: &str,
    params: Params,
    request: &Parts,
    body: &mut BodyDataStream,
) -> Result<FileReply, ApiError> {
    let text = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
    let length = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
    // Nothing of the body is asked for before this: a client that sent `Expect: 100-continue` gets its refusal instead.
    let origin = origin_of(&request.extensions);
    let ticket = uploads::open(&app.manager, token, length, origin).await?;
    let incoming = Incoming {
        bytes: unstalled(body, app.idle_timeout),
        length,
        content_type: text(CONTENT_TYPE).map(str::to_owned),
        file_name: params.filename,
    };
    Ok(FileReply { file: uploads::receive(&app.manager, ticket, incoming).await? })
}

/// The body, ending in an error when it stalls.
pub(super) fn unstalled(
    body: &mut BodyDataStream,
    idle: Duration,
) -> impl Stream<Item = io::Result<Bytes>> + Send + Unpin {
    futures::stream::unfold(body, move |body| async move {
        match tokio::time::timeout(idle, body.next()).await {
            Ok(None) => None,
            Ok(Some(chunk)) => Some((chunk.map_err(io::Error::other), body)),
            Err(_) => Some((Err(io::ErrorKind::TimedOut.into()), body)),
        }
    })
    .boxed()
}

/// Reads on for a little while, so that a client that is still sending gets to see the answer; one that has stalled gets
/// it at once.
pub(super) async fn drain(mut body: BodyDataStream) {
    const MOST_BYTES: usize = 64 << 20;
    const LONGEST: Duration = Duration::from_secs(5);
    const QUIET: Duration = Duration::from_millis(500);
    let reading = async {
        let mut read = 0;
        while let Ok(Some(Ok(chunk))) = tokio::time::timeout(QUIET, body.next()).await {
            read += chunk.len();
            if read > MOST_BYTES {
                return;
            }
        }
    };
    // Whether it got through or not, the answer goes out next.
    let _ = tokio::time::timeout(LONGEST, reading).await;
}
