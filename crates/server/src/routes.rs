//! The table of routes: what is mounted is described, because both come from here.

use axum::Router;
use axum::extract::State;
use axum::http::{Method as Verb, Uri};
use axum::response::Redirect;
use axum::routing::{MethodRouter, any};
use contract::errors::Code;

use crate::App;
use crate::api::endpoint::Endpoint;
use crate::api::{PREFIXES, endpoints};

/// A route outside the JSON API: uploads, delivery, pages.
pub(crate) struct Route {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) verbs: &'static [Verb],
    pub(crate) path: &'static str,
    /// Whether a body of bytes is read.
    pub(crate) takes_bytes: bool,
    /// Query parameters, and whether they are needed.
    pub(crate) query: &'static [(&'static str, bool)],
    /// The good answers: status and what it means.
    pub(crate) replies: &'static [(u16, &'static str)],
    pub(crate) errors: &'static [Code],
    pub(crate) route: MethodRouter<App>,
}

/// Every route.
pub(crate) struct Routes {
    pub(crate) api: Vec<Endpoint>,
    pub(crate) other: Vec<Route>,
    /// What serves bytes that users brought.
    pub(crate) content: Vec<Route>,
}

impl Routes {
    /// All of them.
    pub(crate) fn all() -> Routes {
        let other = crate::upload::routes().into_iter().chain(crate::pages::routes()).collect();
        Routes { api: endpoints(), other, content: crate::delivery::routes() }
    }

    /// The router for all but content, the API under each of its prefixes.
    pub(crate) fn own(&self) -> Router<App> {
        let mut router = mounted(&self.other);
        for endpoint in &self.api {
            for prefix in PREFIXES {
                router = router.route(&format!("{prefix}{}", endpoint.path), endpoint.route.clone());
            }
        }
        router
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

fn mounted(routes: &[Route]) -> Router<App> {
    routes.iter().fold(Router::new(), |router, route| router.route(route.path, route.route.clone()))
}

async fn elsewhere(State(app): State<App>, uri: Uri) -> Redirect {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Redirect::permanent(&format!("{}{path}", app.manager.settings().content_url))
}
