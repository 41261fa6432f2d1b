//! The table of routes: what is mounted is described, because both come from here.

use axum::Router;
use axum::http::Method as Verb;
use axum::routing::MethodRouter;
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

/// Every route of the public listener.
pub(crate) struct Routes {
    pub(crate) api: Vec<Endpoint>,
    pub(crate) other: Vec<Route>,
}

impl Routes {
    /// All of them.
    pub(crate) fn all() -> Routes {
        let other = [crate::upload::routes(), crate::delivery::routes(), crate::pages::routes()];
        Routes { api: endpoints(), other: other.into_iter().flatten().collect() }
    }

    /// The router that serves them, the API under each of its prefixes.
    pub(crate) fn router(self) -> Router<App> {
        let mut router = Router::new();
        for endpoint in self.api {
            for prefix in PREFIXES {
                router = router.route(&format!("{prefix}{}", endpoint.path), endpoint.route.clone());
            }
        }
        for route in self.other {
            router = router.route(route.path, route.route);
        }
        router
    }
}
