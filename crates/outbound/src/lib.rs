//! Requests to the outside: an HTTP client that can't be turned against the network it runs in.
//!
//! Whoever sends a URL decides where this server connects to. So a name is resolved once, answers that are not global
//! are dropped, and the connection goes to one of the addresses that are left; each hop of a redirect is treated like
//! the first URL. Nothing is taken from the environment (no proxies), no body is decompressed, and headers that a caller
//! gave for one origin are not sent to another.

mod address;
mod client;
mod error;
mod follow;

pub use address::{Network, Rules};
pub use client::{Client, Response, Timeouts};
pub use error::Error;
pub use follow::{Fetch, MOST_REDIRECTS};
pub use reqwest::header;
pub use reqwest::{Method, StatusCode};
pub use url::Url;
