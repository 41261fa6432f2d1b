//! What machines see in pictures: faces, labels, text, and what looks alike. They look after the upload, when nothing else
//! has to be done, or when somebody asks them to.

mod annotator;
mod bulk;
mod look;
mod policy;
mod write;

pub(crate) use annotator::Annotator;
pub use bulk::annotate_bulk;
pub(crate) use look::{annotate, enqueue};
pub use policy::{policy, set_automatic, set_policy};
