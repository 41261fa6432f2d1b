//! Signing in at an OpenID provider: two addresses that a browser is sent to.

use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, COOKIE, LOCATION, REFERRER_POLICY, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use contract::errors::Code;
use manager::users::oidc::{self, PATIENCE, Return};
use serde::Deserialize;

use crate::App;
use crate::error::ApiError;
use crate::routes::Route;

/// The cookie that binds a sign-in to the browser in which it began.
const COOKIE_NAME: &str = "media_manager_oidc";
/// The only addresses that it is sent to.
const PATH: &str = "/media-manager/v1/oidc";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            name: "startOidc",
            summary: "Sends the browser to the OpenID provider, and from there to `return_to`, a path of this server.",
            verbs: &[Method::GET],
            path: "/media-manager/v1/oidc/start",
            takes_bytes: false,
            needs_key: false,
            query: &[("return_to", false)],
            replies: &[(302, "To the provider.")],
            errors: &[Code::InvalidValue, Code::RouteNotFound, Code::Unavailable, Code::Internal],
            route: get(start),
        },
        Route {
            name: "finishOidc",
            summary: "Where the OpenID provider sends the browser back to. The fragment of the address that it is sent on to \
                      has a `code` for `POST /media-manager/v1/sessions`, good once within a minute, or an `error`.",
            verbs: &[Method::GET],
            path: "/media-manager/v1/oidc/callback",
            takes_bytes: false,
            needs_key: false,
            query: &[("code", false), ("state", true), ("error", false)],
            replies: &[(302, "To `return_to`.")],
            errors: &[Code::SignInFailed, Code::RouteNotFound, Code::Unavailable, Code::Internal],
            route: get(finish),
        },
    ]
}

#[derive(Deserialize)]
struct Begins {
    return_to: Option<String>,
}

async fn start(State(app): State<App>, Query(query): Query<Begins>) -> Result<Response, ApiError> {
    let begun = oidc::start(&app.manager, query.return_to.as_deref()).await?;
    Ok(sent(&app, &begun.url, &begun.cookie, PATIENCE.as_secs()))
}

#[derive(Deserialize)]
struct Returns {
    #[serde(default)]
    state: String,
    code: Option<String>,
}

async fn finish(State(app): State<App>, headers: HeaderMap, Query(query): Query<Returns>) -> Response {
    let back = Return { cookie: cookie_of(&headers), state: &query.state, code: query.code.as_deref() };
    let path = match oidc::finish(&app.manager, back).await {
        Ok(path) => path,
        Err(error) => {
            // One try is all that a sign-in has.
            let refused = ApiError::from(error).into_response();
            return ([(SET_COOKIE, cookie(&app, "", 0))], refused).into_response();
        }
    };
    sent(&app, &format!("{}{path}", app.manager.settings().public_url), "", 0)
}

/// Sends the browser on; neither it nor whoever it asks next learns where it came from.
fn sent(app: &App, to: &str, kept: &str, seconds: u64) -> Response {
    let headers = [
        (LOCATION, to.to_owned()),
        (SET_COOKIE, cookie(app, kept, seconds)),
        (CACHE_CONTROL, "no-store".to_owned()),
        (REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    (StatusCode::FOUND, headers).into_response()
}

fn cookie(app: &App, value: &str, seconds: u64) -> String {
    let secure = if app.manager.settings().public_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{COOKIE_NAME}={value}; Path={PATH}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn cookie_of(headers: &HeaderMap) -> &str {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE_NAME).map_or("", |(_, value)| value)
}
