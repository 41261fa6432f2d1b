//! bulkAnnotateImages (CONTRACT 1.6).

use axum::http::Method as Verb;
use manager::access::Method;
use manager::annotations;

use crate::api::endpoint::{About, Endpoint, endpoint};

const ABOUT: About = About {
    name: "bulkAnnotateImages",
    summary: "Finds out what is in images: faces, labels, text, colours. Each image goes well or fails for itself.",
    method: Method::BulkAnnotateImages,
    errors: &[],
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![endpoint(Verb::POST, "/v1/bulk/files/annotate-images", ABOUT, annotations::annotate_bulk)]
}
