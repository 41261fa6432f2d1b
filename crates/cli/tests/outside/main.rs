//! The release binary, from the outside: its wire, its errors, its settings.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, unreachable_pub)]

mod commands;
mod copies;
mod errors;
mod fairness;
mod lossy;
mod matrix;
mod origins;
mod pages;
mod races;
mod resumables;
mod server;
mod settings;
mod trash;
mod tricks;
mod wire;
