//! The live feed: `text/event-stream`, one stream per listener.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use contract::errors::Code;
use contract::validate::malformed;
use futures::stream::unfold;
use manager::access::{Method as Right, decide};
use manager::events::{Subscription, subscribe};

use crate::App;
use crate::admission::admit;
use crate::credentials::caller_of;
use crate::error::ApiError;
use crate::routes::Route;

/// A line now and then keeps proxies from taking a quiet stream for a dead one.
const QUIET: Duration = Duration::from_secs(15);

pub(crate) fn routes() -> Vec<Route> {
    vec![Route {
        name: "followEvents",
        summary: "Tells what happens on the site as it happens (`text/event-stream`): events carry a domain event as webhooks \
                  do. `Last-Event-ID` goes on behind an event that was told before.",
        verbs: &[Method::GET],
        path: "/site-media/v1/files/events",
        takes_bytes: false,
        needs_key: true,
        query: &[],
        replies: &[(200, "A stream that ends when the client or the server does.")],
        errors: &[
            Code::InvalidValue,
            Code::Unauthenticated,
            Code::PermissionDenied,
            Code::ResourceExhausted,
            Code::Unavailable,
            Code::Internal,
        ],
        route: get(follow),
    }]
}

async fn follow(State(app): State<App>, request: Request) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    let caller = admit(&app, &parts).await?;
    let headers = parts.headers;
    decide(&caller, Right::FollowEvents)?;
    let last = match headers.get("last-event-id").filter(|id| !id.is_empty()) {
        Some(id) => Some(position(id.to_str().ok()).ok_or_else(|| {
            ApiError::invalid(vec![malformed(
                "Last-Event-ID",
                "`Last-Event-ID` is the id of an event of this feed",
            )])
        })?),
        None => None,
    };
    let subscription = subscribe(&app.manager, &caller, last).await?;
    // Whoever is cut off before the first event can still go on from here.
    let first = Bytes::from(format!("retry: 2000\nid: {}\n\n", subscription.position()));
    let listener = Listener { app, headers, subscription };
    let stream = unfold((Some(first), listener), |(first, mut listener)| async move {
        let bytes = match first {
            Some(first) => first,
            None => listener.next().await?,
        };
        Some((Ok::<_, Infallible>(bytes), (None, listener)))
    });
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        // Proxies that gather a reply before they pass it on are told not to.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, axum::body::Body::from_stream(stream)).into_response())
}

fn position(id: Option<&str>) -> Option<i64> {
    id?.trim().parse().ok().filter(|position| *position >= 0)
}

struct Listener {
    app: App,
    headers: HeaderMap,
    subscription: Subscription,
}

impl Listener {
    /// The next lines of the stream; `None` ends it.
    async fn next(&mut self) -> Option<Bytes> {
        let told = tokio::time::timeout(QUIET, self.subscription.next()).await;
        // A key may be revoked, or end, while its stream is open.
        let caller = caller_of(&self.app.manager, &self.headers).await.ok()?;
        decide(&caller, Right::FollowEvents).ok()?;
        match told {
            // The position moves on with other sites' events too.
            Err(_) => Some(Bytes::from(format!(":\nid: {}\n\n", self.subscription.position()))),
            Ok(Ok(Some(told))) => {
                // JSON has no line breaks of its own, so one line of data is enough.
                let id = told.position.map(|position| format!("id: {position}\n")).unwrap_or_default();
                Some(Bytes::from(format!("{id}event: {}\ndata: {}\n\n", told.kind, told.data)))
            }
            Ok(Ok(None)) => None,
            Ok(Err(error)) => {
                tracing::error!(%error, "a live feed ends, as the event log can't be read");
                None
            }
        }
    }
}
