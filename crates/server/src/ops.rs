//! The listener for operators: is it alive, is it ready, what does it do.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use manager::sites::Site;
use manager::{Manager, Running};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Starts to record metrics; once per process. The handle renders them.
pub fn install_metrics() -> Result<PrometheusHandle, String> {
    let builder = PrometheusBuilder::new()
        .set_buckets(&[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0])
        .map_err(|error| error.to_string())?;
    builder.install_recorder().map_err(|error| error.to_string())
}

/// `/healthz`, `/readyz` and `/metrics`, with the use of at most `most_sites` sites.
pub fn router(manager: Manager, metrics: PrometheusHandle, most_sites: i64) -> Router {
    Router::new()
        .route("/healthz", get(|| async { Json(serde_json::json!({ "status": "ok" })) }))
        .route("/readyz", get(ready))
        .route("/metrics", get(move |manager| rendered(manager, metrics.clone(), most_sites)))
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

async fn rendered(State(manager): State<Manager>, metrics: PrometheusHandle, most_sites: i64) -> String {
    metrics.run_upkeep();
    // When the database doesn't answer, all else is asked for the more.
    let sites = manager.largest_sites(most_sites).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the use of sites is missing in the metrics");
        Vec::new()
    });
    metrics.render() + &usage(&sites) + &progress(&manager.running())
}

/// How far long work is, in Prometheus' text format: gone when the work is.
fn progress(running: &[Running]) -> String {
    let mut text = String::from(
        "# HELP media_manager_encoding_progress_ratio How far the making of a file is, 0 to 1\n",
    );
    text.push_str("# TYPE media_manager_encoding_progress_ratio gauge\n");
    for work in running {
        let ratio = work.percent / 100.0;
        let labels = format!("file=\"{}\",stage=\"{}\"", work.file_id, work.stage);
        text.push_str(&format!("media_manager_encoding_progress_ratio{{{labels}}} {ratio:.3}\n"));
    }
    text
}

/// The use and the limits of sites, in Prometheus' text format. Written here and not recorded, so that a site that is no
/// longer among the largest leaves nothing behind.
fn usage(sites: &[Site]) -> String {
    type Number = fn(&Site) -> Option<i64>;
    let gauges: [(&str, &str, Number); 4] = [
        ("site_used_bytes", "Bytes of the originals of a site", |site| Some(site.used_bytes)),
        ("site_used_files", "Files of a site", |site| Some(site.used_files)),
        ("site_quota_bytes", "Most bytes of a site, where they are limited", |site| site.quota_bytes),
        ("site_quota_files", "Most files of a site, where they are limited", |site| site.quota_files),
    ];
    let mut text = String::new();
    for (name, help, number) in gauges {
        text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n"));
        for site in sites {
            if let Some(number) = number(site) {
                let id = site.id.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                text.push_str(&format!("{name}{{site=\"{id}\"}} {number}\n"));
            }
        }
    }
    text
}
