//! Users of this system: who they are, what they may do where, and how they sign in.

pub mod administer;
pub mod api;
mod brake;
pub mod oidc;
mod password;
pub mod sessions;

pub(crate) use sessions::SignIns;
