//! Presets, which are transformations with a name, and strict mode: how a site wants its images to be made.

pub mod administer;
pub mod api;
mod policy;

pub(crate) use policy::ImagePolicies;
pub use policy::{ImagePolicy, image_policy};
