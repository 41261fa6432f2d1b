//! One method of the API as a value: its path, its rights, its errors, and the function that answers it.
//!
//! Routes, `/openapi.json` and the docs are all made from these values, so none of them can leave one out.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::{RawPathParams, Request, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{Method as Verb, request};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Json, RequestPartsExt};
use contract::errors::Code;
use manager::access::{Caller, Method, decide};
use manager::users::sessions::Visit;
use manager::{Manager, Result};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use validator::Validate;

use super::request::{Form, Parts, read};
use crate::App;
use crate::admission::{admit, visit_of};
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
    pub(crate) asks: Asks,
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

/// Whom an endpoint asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// Nobody: what the request holds is its right.
    Nobody,
    /// A user who is signed in, whatever their roles.
    User,
    /// A caller on a site who has the right to this method.
    Right(Method),
}

/// What the docs say about an endpoint that is about no site.
pub(crate) struct Open {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) asks: Asks,
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
    let About { name, summary, errors, .. } = about;
    let route = on(filter(&verb), handler);
    described::<Request, Reply>(verb, path, Open { name, summary, asks: Asks::Right(method), errors }, route)
}

fn filter(verb: &Verb) -> MethodFilter {
    MethodFilter::try_from(verb.clone()).unwrap_or(MethodFilter::POST)
}

fn described<Request: JsonSchema, Reply: JsonSchema>(
    verb: Verb,
    path: &'static str,
    about: Open,
    route: MethodRouter<App>,
) -> Endpoint {
    Endpoint {
        name: about.name,
        summary: about.summary,
        verb,
        path,
        asks: about.asks,
        errors: about.errors,
        request: |generator| generator.subschema_for::<Request>(),
        reply: |generator| generator.subschema_for::<Reply>(),
        route,
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
    let mut caller = admit(&app, &parts).await?;
    caller.reach = decide(&caller, method)?;
    let _place = app.manager.place(&caller).await?;
    let asked = asked(&mut parts, body, app.max_json_bytes).await?;
    Ok(Json(answer(app.manager, caller, asked).await?).into_response())
}

/// Makes an endpoint of a function that looks for itself at who calls; the replies hold secrets, so nothing keeps them.
pub(crate) fn open_endpoint<Asked, Reply, Answer, Future>(
    verb: Verb,
    path: &'static str,
    about: Open,
    answer: Answer,
) -> Endpoint
where
    Asked: DeserializeOwned + Validate + JsonSchema + Send + 'static,
    Reply: Serialize + JsonSchema + 'static,
    Answer: Fn(Manager, Visit, Asked) -> Future + Clone + Send + Sync + 'static,
    Future: std::future::Future<Output = Result<Reply>> + Send,
{
    let handler = move |State(app): State<App>, request: Request| async move {
        let (mut parts, body) = request.into_parts();
        let visit = visit_of(&parts)?;
        let asked = asked(&mut parts, body, app.max_json_bytes).await?;
        let reply = Json(answer(app.manager, visit, asked).await?);
        Ok::<_, ApiError>(([(CACHE_CONTROL, "no-store")], reply))
    };
    let route = on(filter(&verb), handler);
    described::<Asked, Reply>(verb, path, about, route)
}

async fn asked<Asked: DeserializeOwned + Validate>(
    parts: &mut request::Parts,
    body: Body,
    longest: usize,
) -> Result<Asked, ApiError> {
    let path: HashMap<String, String> = match parts.extract::<RawPathParams>().await {
        Ok(params) => params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        Err(_) => HashMap::new(),
    };
    let form = if parts.method == Verb::GET { Form::Query(parts.uri.query()) } else { Form::Json };
    read(Parts { form, path: path.into_iter().collect() }, body, longest).await
}
