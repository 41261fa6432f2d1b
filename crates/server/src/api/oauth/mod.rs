//! The token endpoints that the published clients' app and visitor strategies call (CONTRACT 8, RFC 6749).
//!
//! They need no caller: what a request holds is its right, so pages of any origin may call them. They take forms as well as
//! JSON, and their errors carry the fields of RFC 6749 beside the envelope.

mod exchange_app_token;
mod get_token_info;
mod issue_token;
mod revoke_token;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, Method as Verb};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use contract::access::TokenError;
use contract::errors::Code;
use manager::{Manager, Result};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use validator::Validate;

use super::Api;
use super::endpoint::{Endpoint, Open};
use super::request::{Form, Parts, read};
use crate::App;
use crate::admission::admit_stranger;
use crate::cors::{Origins, allow};
use crate::error::{ApiError, wrong_verb};

/// Its methods.
pub(super) fn api() -> Api {
    Api {
        tag: "Tokens",
        prefixes: &[""],
        endpoints: vec![
            issue_token::describe(),
            exchange_app_token::describe(),
            get_token_info::describe(),
            revoke_token::describe(),
        ],
    }
}

/// What a token request can be refused for.
const ERRORS: &[Code] =
    &[Code::InvalidTokenRequest, Code::InvalidClient, Code::InvalidGrant, Code::UnsupportedGrantType];

fn endpoint<Asked, Reply, Answer, Future>(path: &'static str, about: Open, answer: Answer) -> Endpoint
where
    Asked: DeserializeOwned + Validate + JsonSchema + Send + 'static,
    Reply: Serialize + JsonSchema + 'static,
    Answer: Fn(Manager, Asked) -> Future + Clone + Send + Sync + 'static,
    Future: std::future::Future<Output = Result<Reply>> + Send,
{
    let handler = move |State(app): State<App>, request: Request| async move {
        match respond(app, request, answer).await {
            Ok(reply) => ([(CACHE_CONTROL, "no-store")], Json(reply)).into_response(),
            Err(error) => refusal(error),
        }
    };
    Endpoint {
        name: about.name,
        summary: about.summary,
        verb: Verb::POST,
        path,
        asks: about.asks,
        errors: about.errors,
        request: |generator| generator.subschema_for::<Asked>(),
        reply: |generator| generator.subschema_for::<Reply>(),
        route: post(handler).fallback(wrong_verb).layer(from_fn_with_state(Origins::Any, allow)),
    }
}

async fn respond<Asked, Reply, Answer, Future>(
    app: App,
    request: Request,
    answer: Answer,
) -> Result<Reply, ApiError>
where
    Asked: DeserializeOwned + Validate,
    Answer: Fn(Manager, Asked) -> Future,
    Future: std::future::Future<Output = Result<Reply>>,
{
    let (parts, body) = request.into_parts();
    admit_stranger(&app, &parts)?;
    let form = if is_form(&parts.headers) { Form::UrlEncoded } else { Form::Json };
    let asked = read(Parts { form, path: Vec::new() }, body, app.max_json_bytes).await?;
    Ok(answer(app.manager, asked).await?)
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
}

/// The error with the fields of RFC 6749 5.2, where it is one that the RFC knows.
fn refusal(error: ApiError) -> Response {
    let error = match error.code() {
        Code::InvalidValue => ApiError::described(Code::InvalidTokenRequest, error.message(), None),
        _ => error,
    };
    if !ERRORS.contains(&error.code()) {
        return error.into_response();
    }
    let status = error.status();
    let body = TokenError {
        error: error.code().name().to_ascii_lowercase(),
        error_description: error.message(),
        envelope: error.into_envelope(),
    };
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
