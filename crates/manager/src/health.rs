//! Whether requests can be served, and what is missing.

use serde::Serialize;

use crate::Manager;

/// How the parts are.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Whether requests can be served.
    pub ready: bool,
    /// `ok`, or what is wrong.
    pub database: String,
    /// `ok`, or what is wrong.
    pub storage: String,
    /// Jobs that wait or run.
    pub jobs_open: i64,
    /// Jobs that were given up.
    pub jobs_dead: i64,
    /// Optional programs that are missing, and what that costs.
    pub missing: Vec<&'static str>,
}

impl Manager {
    /// Asks the database and the storage for a sign of life.
    pub async fn health(&self) -> Health {
        let jobs = self.catalog().read(catalog::jobs::count).await;
        let storage = self.store().check().await;
        let word = |error: Option<String>| error.unwrap_or_else(|| "ok".to_owned());
        Health {
            ready: jobs.is_ok() && storage.is_ok(),
            jobs_open: jobs.as_ref().map_or(0, |jobs| jobs.open),
            jobs_dead: jobs.as_ref().map_or(0, |jobs| jobs.dead),
            database: word(jobs.err().map(|error| error.to_string())),
            storage: word(storage.err().map(|error| error.to_string())),
            missing: self.inner.tools.missing(),
        }
    }
}
