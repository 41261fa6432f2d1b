//! Who may do what: one table, one decision.

mod authenticate;
mod bearer;
mod grants;
mod revoke;
mod table;

pub use authenticate::{Credentials, authenticate};
pub(crate) use authenticate::{Known, KnownSecrets, follow_changes, hash, known, known_secrets, new_secret};
pub use grants::{mint, token, token_info};
pub use revoke::revoke;
pub use table::{Method, SCOPES};

use std::sync::Arc;

use contract::access::Role;
use contract::enums::IdentityType;
use contract::errors::Code;

use crate::Origin;
use crate::error::{Result, refused};

/// A caller whose credentials were checked, on the one site that the call is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The catalog's number of the site.
    pub site: i64,
    /// The site's id on the wire.
    pub site_id: String,
    /// The six hex digits that start the ids of its files.
    pub site_prefix: String,
    /// In whose name the call is made.
    pub identity: IdentityType,
    /// Their id: an API key's for apps.
    pub identity_id: String,
    /// Id of the API key that the call came by, also where it is made in the name of a visitor or member.
    pub key: Option<String>,
    /// What the caller may do.
    pub rights: Rights,
    /// The request that the call came by.
    pub origin: Origin,
}

/// What a caller was granted on a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// Nothing: visitors and members reach the API only through an app that elevates them (CONTRACT 1.1).
    None,
    /// What an API key grants.
    Scopes(Arc<[String]>),
    /// What a user's role grants.
    Role(Role),
}

/// The decision: whether `caller` may call `method`.
pub fn decide(caller: &Caller, method: Method) -> Result<()> {
    let missing = match &caller.rights {
        Rights::None => "which visitors and members have only through an app that elevates them",
        Rights::Scopes(granted) => {
            if granted.iter().any(|scope| method.scopes().contains(&scope.as_str())) {
                return Ok(());
            }
            "which the key doesn't have"
        }
        Rights::Role(role) => {
            if *role >= method.role() {
                return Ok(());
            }
            "which the user's role doesn't have"
        }
    };
    let text = format!("this needs the permission {}, {missing}", method.permission());
    Err(refused(Code::PermissionDenied, text))
}

/// Whether `caller` may give somebody these scopes: nobody gives one that they don't have.
pub(crate) fn may_give_scopes(caller: &Caller, scopes: &[String]) -> bool {
    match &caller.rights {
        Rights::None => false,
        Rights::Scopes(own) => scopes.iter().all(|scope| own.contains(scope)),
        Rights::Role(role) => *role == Role::Owner,
    }
}

/// Whether `caller` may give somebody this role, or take it away: nobody who couldn't call all that it allows.
pub(crate) fn may_give_role(caller: &Caller, role: Role) -> bool {
    let allowed = Method::ALL.iter().filter(|method| method.role() <= role);
    caller.rights != Rights::None && allowed.into_iter().all(|method| decide(caller, *method).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(rights: Rights) -> Caller {
        Caller {
            site: 1,
            site_id: String::new(),
            site_prefix: String::new(),
            identity: IdentityType::Unknown,
            identity_id: String::new(),
            key: None,
            rights,
            origin: Origin::default(),
        }
    }

    fn app(scope: &str) -> Caller {
        caller(Rights::Scopes([scope.to_owned()].into()))
    }

    #[test]
    fn a_reader_reads_a_manager_does_both_and_the_inbox_is_apart() {
        let reader = app("SCOPE.DC-MEDIA.READ-MEDIAMANAGER");
        let manager = app("SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER");
        assert!(decide(&reader, Method::ListFiles).is_ok());
        assert!(decide(&reader, Method::BulkDeleteFiles).is_err());
        let inbox = app("SCOPE.DC-INBOX.MANAGE-MSGS");
        for method in Method::ALL {
            let for_the_inbox = method.permission().starts_with("COMM_CHANNELS.");
            assert_eq!(decide(&manager, *method).is_ok(), !for_the_inbox, "{method:?}");
            assert_eq!(decide(&inbox, *method).is_ok(), for_the_inbox, "{method:?}");
        }
    }

    #[test]
    fn visitors_and_members_may_nothing_without_an_app() {
        let visitor = caller(Rights::None);
        assert!(Method::ALL.iter().all(|method| decide(&visitor, *method).is_err()));
    }
}
