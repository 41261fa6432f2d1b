//! HTTP, and only HTTP: read a request, call one use-case of `manager`, reply.

mod admission;
mod api;
mod client;
mod cors;
mod credentials;
mod delivery;
mod error;
mod events;
mod listen;
mod oidc;
mod openapi;
mod ops;
mod pages;
mod request_id;
mod routes;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn;
use manager::Manager;

pub use cors::Origins;
pub use error::status_of;
pub use listen::{Listening, listen};
pub use ops::{install_metrics, router as ops_router};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) manager: Manager,
    /// Longest JSON body, in bytes.
    pub(crate) max_json_bytes: usize,
    /// How long an upload may go without a byte.
    pub(crate) idle_timeout: Duration,
    /// `/openapi.json`, made once.
    pub(crate) openapi: Arc<str>,
}

/// Limits of the HTTP layer.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest JSON body, in bytes.
    pub max_json_bytes: usize,
    /// How long an upload may go without a byte.
    pub idle_timeout: Duration,
}

/// What is served where.
pub struct Routers {
    /// API, uploads, pages; content too, unless it has an origin of its own.
    pub public: Router,
    /// Content, when it has an origin of its own.
    pub content: Option<Router>,
}

/// Makes the routers; `apart`: content has an origin of its own, and the public listener sends there. Pages of `origins` may
/// call the API.
pub fn routers(manager: Manager, limits: Limits, origins: Origins, apart: bool) -> Routers {
    let routes = routes::Routes::all();
    let document = openapi::document(&routes, &manager.settings().public_url);
    let app = App {
        manager,
        max_json_bytes: limits.max_json_bytes,
        idle_timeout: limits.idle_timeout,
        openapi: document.to_string().into(),
    };
    let finish = |router: Router<App>| {
        router
            .fallback(error::no_such_route)
            .method_not_allowed_fallback(error::wrong_verb)
            .layer(from_fn(request_id::observe))
            .with_state(app.clone())
    };
    let content = if apart { routes.moved_content() } else { routes.content() };
    Routers {
        public: finish(routes.own(origins).merge(content)),
        content: apart.then(|| finish(routes.content())),
    }
}
