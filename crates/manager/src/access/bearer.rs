//! Access and refresh tokens: whom they stand for, and nothing of what they may. Rights are looked up at each use, so that
//! a token dies with its key, or with the session that it belongs to.

use contract::enums::IdentityType;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Manager;
use crate::error::Result;
use crate::tokens::{Claims, Purpose};

/// The claims of an access token or a refresh token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bearer {
    /// Id of the API key that it belongs to.
    #[serde(rename = "azp")]
    pub(crate) key: String,
    /// Id of the site.
    pub(crate) site: String,
    /// Whose token it is.
    #[serde(rename = "typ")]
    pub(crate) identity: IdentityType,
    /// Their id.
    #[serde(rename = "sub")]
    pub(crate) subject: String,
    /// Id of the session: what was given out at once, and all that it brought afterwards.
    #[serde(rename = "sid")]
    pub(crate) session: String,
    /// Whether it carries the app's rights.
    #[serde(rename = "elv", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) elevated: bool,
}

impl Bearer {
    /// Of the app itself.
    pub(super) fn of_app(key: &str, site: &str) -> Bearer {
        Bearer {
            key: key.to_owned(),
            site: site.to_owned(),
            identity: IdentityType::App,
            subject: key.to_owned(),
            session: new_session(),
            elevated: true,
        }
    }

    /// Of a member or visitor, without rights.
    pub(super) fn of_guest(key: &str, site: &str, identity: IdentityType, subject: String) -> Bearer {
        Bearer {
            key: key.to_owned(),
            site: site.to_owned(),
            identity,
            subject,
            session: new_session(),
            elevated: false,
        }
    }

    pub(super) fn is_of_guest(&self) -> bool {
        matches!(self.identity, IdentityType::Member | IdentityType::AnonymousVisitor)
    }
}

fn new_session() -> String {
    Uuid::new_v4().simple().to_string()
}

/// A token that is good for `millis` from now.
pub(super) fn sign(manager: &Manager, purpose: Purpose, bearer: Bearer, millis: i64) -> Result<String> {
    manager.tokens().sign(purpose, Some(manager.now() + millis), bearer)
}

/// What a token of ours says, expired or not.
pub(super) fn read(manager: &Manager, purpose: Purpose, token: &str) -> Option<Claims<Bearer>> {
    manager.tokens().read(purpose, token).ok()
}

/// What a token of ours says that is still good.
pub(super) fn read_live(manager: &Manager, purpose: Purpose, token: &str) -> Option<Bearer> {
    manager.tokens().read_live(purpose, token).ok()
}
