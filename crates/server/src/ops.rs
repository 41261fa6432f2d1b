//! The listener for operators: is it alive, is it ready, what does it do.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use manager::Manager;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Starts to record metrics; once per process. The handle renders them.
pub fn install_metrics() -> Result<PrometheusHandle, String> {
    let builder = PrometheusBuilder::new()
        .set_buckets(&[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0])
        .map_err(|error| error.to_string())?;
    builder.install_recorder().map_err(|error| error.to_string())
}

/// `/healthz`, `/readyz` and `/metrics`.
pub fn router(manager: Manager, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/healthz", get(|| async { Json(serde_json::json!({ "status": "ok" })) }))
        .route("/readyz", get(ready))
        .route("/metrics", get(move || rendered(metrics.clone())))
        .fallback(crate::error::no_such_route)
        .method_not_allowed_fallback(crate::error::wrong_verb)
        .with_state(manager)
}

/// 200 only when requests can be served; the body says what is missing, optional tools included.
async fn ready(State(manager): State<Manager>) -> Response {
    let health = manager.health().await;
    let status = if health.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health)).into_response()
}

async fn rendered(metrics: PrometheusHandle) -> String {
    metrics.run_upkeep();
    metrics.render()
}
