//! What a person finds who opens the server's address, and the description of the API for programs.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, Method};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};

use crate::App;
use crate::routes::Route;

fn page(path: &'static str, name: &'static str, summary: &'static str, route: MethodRouter<App>) -> Route {
    Route {
        name,
        summary,
        verbs: &[Method::GET],
        path,
        takes_bytes: false,
        needs_key: false,
        query: &[],
        replies: &[(200, "The page.")],
        errors: &[],
        route,
    }
}

pub(crate) fn routes() -> Vec<Route> {
    let mut root =
        page("/", "root", "Leads to the console.", get(|| async { Redirect::temporary("/console/") }));
    root.replies = &[(307, "To `/console/`.")];
    vec![
        root,
        page("/console/", "console", "The web page of this server.", get(console)),
        page("/openapi.json", "openapi", "This description.", get(openapi)),
    ]
}

const HTML: [(HeaderName, &str); 4] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CACHE_CONTROL, "no-cache"),
];

async fn console() -> Response {
    (HTML, include_str!("console.html")).into_response()
}

async fn openapi(State(app): State<App>) -> Response {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")], app.openapi.to_string())
        .into_response()
}
