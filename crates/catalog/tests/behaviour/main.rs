//! What any engine of the catalog must do. Tests open their catalog through `fixture`, the one place that names engines.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod access;
mod contents;
mod engine;
mod files;
mod find;
mod fixture;
mod folders;
mod jobs;
mod likeness;
mod presets;
mod revocations;
mod trees;
mod webhooks;
