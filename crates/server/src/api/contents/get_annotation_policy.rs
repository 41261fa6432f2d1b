//! getAnnotationPolicy: no part of the published API.

use axum::http::Method as Verb;
use manager::access::Method;
use manager::annotations;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "getAnnotationPolicy",
    summary: "Says whether images of the site are annotated after their upload.",
    method: Method::ManageAnnotations,
    errors: &[],
};

pub(super) fn describe() -> Endpoint {
    endpoint(Verb::GET, "/v1/annotation-policy", ABOUT, annotations::policy)
}
