//! listAuditLog.

use axum::http::Method as Verb;
use contract::errors::Code;
use manager::access::Method;
use manager::audit;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "listAuditLog",
    summary: "Lists who did what on the site, the latest first.",
    method: Method::ReadAuditLog,
    errors: &[Code::InvalidCursor],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/audit-log", ABOUT, audit::list)
}
