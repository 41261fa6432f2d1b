//! Requests and replies of the Files API (CONTRACT 1.3), one type per method and direction.
//!
//! Requests keep every field optional and let `#[validate]` say what is required, so that a reply can name all that is
//! wrong at once. Unknown fields are ignored, as the published API does.

mod annotate;
mod download;
mod find;
mod import;
mod organise;
mod upload;

pub use annotate::*;
pub use download::*;
pub use find::*;
pub use import::*;
pub use organise::*;
pub use upload::*;

use schemars::JsonSchema;
use serde::Serialize;

use crate::descriptor::FileDescriptor;

/// Replies that carry one file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FileReply {
    /// The file.
    pub file: FileDescriptor,
}

/// Replies that say nothing: `{}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EmptyReply {}
