//! One method of the API as a value: its path, its rights, its errors, and the function that answers it.
//!
//! Routes, `/openapi.json` and the docs are all made from these values, so none of them can leave one out.

use std::collections::HashMap;

use axum::extract::{RawPathParams, Request, State};
use axum::http::Method as Verb;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Json, RequestPartsExt};
use contract::errors::Code;
use manager::access::{Caller, Method, decide};
use manager::{Manager, Result};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use validator::Validate;

use super::request::{Parts, read};
use crate::App;
use crate::admission::admit;
use crate::error::ApiError;

/// A method of the API, ready to be mounted and described.
pub(crate) struct Endpoint {
    /// The published name, `generateFileUploadUrl`.
    pub(crate) name: &'static str,
    /// One sentence.
    pub(crate) summary: &'static str,
    pub(crate) verb: Verb,
    /// Below the API's prefix; `{fileId}` fills the request's field of that name.
    pub(crate) path: &'static str,
    pub(crate) method: Method,
    /// The errors of its own, beside those that any call can get.
    pub(crate) errors: &'static [Code],
    pub(crate) request: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) reply: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) route: MethodRouter<App>,
}

/// What the docs say about an endpoint.
pub(crate) struct About {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) method: Method,
    pub(crate) errors: &'static [Code],
}

/// Makes an endpoint of a function from a request of the contract to a reply of the contract.
pub(crate) fn endpoint<Request, Reply, Answer, Future>(
    verb: Verb,
    path: &'static str,
    about: About,
    answer: Answer,
) -> Endpoint
where
    Request: DeserializeOwned + Validate + JsonSchema + Send + 'static,
    Reply: Serialize + JsonSchema + 'static,
    Answer: Fn(Manager, Caller, Request) -> Future + Clone + Send + Sync + 'static,
    Future: std::future::Future<Output = Result<Reply>> + Send,
{
    let method = about.method;
    let handler = move |State(app): State<App>, request: axum::extract::Request| async move {
        respond(app, request, method, answer).await
    };
    let filter = MethodFilter::try_from(verb.clone()).unwrap_or(MethodFilter::POST);
    Endpoint {
        name: about.name,
        summary: about.summary,
        verb,
        path,
        method,
        errors: about.errors,
        request: |generator| generator.subschema_for::<Request>(),
        reply: |generator| generator.subschema_for::<Reply>(),
        route: on(filter, handler),
    }
}

async fn respond<Asked, Reply, Answer, Future>(
    app: App,
    request: Request,
    method: Method,
    answer: Answer,
) -> Result<Response, ApiError>
where
    Asked: DeserializeOwned + Validate,
    Reply: Serialize,
    Answer: Fn(Manager, Caller, Asked) -> Future,
    Future: std::future::Future<Output = Result<Reply>>,
{
    let (mut parts, body) = request.into_parts();
    // Rights come before the request is looked at: who may not call learns nothing of what would be valid.
    let caller = admit(&app, &parts).await?;
    decide(&caller, method)?;
    let _place = app.manager.place(&caller).await?;
    let path: HashMap<String, String> = match parts.extract::<RawPathParams>().await {
        Ok(params) => params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        Err(_) => HashMap::new(),
    };
    let asked = read(
        Parts { verb: &parts.method, query: parts.uri.query(), path: path.into_iter().collect() },
        body,
        app.max_json_bytes,
    )
    .await?;
    Ok(Json(answer(app.manager, caller, asked).await?).into_response())
}
