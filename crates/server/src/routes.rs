//! The table of routes: what is mounted is described, because both come from here.

use axum::Router;
use axum::extract::State;
use axum::http::{Method as Verb, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::{MethodRouter, any};
use contract::errors::Code;

use crate::App;
use crate::api::{Api, apis};
use crate::cors::{Origins, allow};
use crate::error::wrong_verb;

/// A route outside the JSON API: uploads, delivery, pages.
pub(crate) struct Route {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) verbs: &'static [Verb],
    pub(crate) path: &'static str,
    /// Whether a body of bytes is read.
    pub(crate) takes_bytes: bool,
    /// Whether an API key is needed.
    pub(crate) needs_key: bool,
    /// Query parameters, and whether they are needed.
    pub(crate) query: &'static [(&'static str, bool)],
    /// The good answers: status and what it means.
    pub(crate) replies: &'static [(u16, &'static str)],
    pub(crate) errors: &'static [Code],
    pub(crate) route: MethodRouter<App>,
}

/// Every route.
pub(crate) struct Routes {
    pub(crate) apis: Vec<Api>,
    pub(crate) other: Vec<Route>,
    /// What serves bytes that users brought.
    pub(crate) content: Vec<Route>,
}

impl Routes {
    /// All of them.
    pub(crate) fn all() -> Routes {
        let other =
            [crate::upload::routes(), crate::events::routes(), crate::oidc::routes(), crate::pages::routes()]
                .into_iter()
                .flatten()
                .collect();
        Routes { apis: apis(), other, content: crate::delivery::routes() }
    }

    /// The router for all but content, each API under each of its prefixes. Pages of these origins may call what needs a
    /// caller.
    pub(crate) fn own(&self, origins: Origins) -> Router<App> {
        let (keyed, unkeyed): (Vec<_>, Vec<_>) = self.other.iter().partition(|route| route.needs_key);
        let mut called = mounted(keyed);
        for (api, prefix) in
            self.apis.iter().flat_map(|api| api.prefixes.iter().map(move |prefix| (api, prefix)))
        {
            for endpoint in &api.endpoints {
                called = called.route(&format!("{prefix}{}", endpoint.path), endpoint.route.clone());
            }
        }
        // The answer to a wrong verb stands inside, as preflights are that to the routes.
        let called = called.method_not_allowed_fallback(wrong_verb);
        mounted(unkeyed).merge(called.route_layer(from_fn_with_state(origins, allow)))
    }

    /// The router for content.
    pub(crate) fn content(&self) -> Router<App> {
        mounted(&self.content)
    }

    /// The router that sends whoever asks for content to its own origin.
    pub(crate) fn moved_content(&self) -> Router<App> {
        self.content.iter().fold(Router::new(), |router, route| router.route(route.path, any(elsewhere)))
    }
}

fn mounted<'a>(routes: impl IntoIterator<Item = &'a Route>) -> Router<App> {
    routes.into_iter().fold(Router::new(), |router, route| router.route(route.path, route.route.clone()))
}

async fn elsewhere(State(app): State<App>, uri: Uri) -> Redirect {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Redirect::permanent(&format!("{}{path}", app.manager.settings().content_url))
}
