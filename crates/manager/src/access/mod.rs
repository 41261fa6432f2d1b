//! Who may do what: one table, one decision.

mod authenticate;
mod table;

pub use authenticate::{Credentials, authenticate};
pub(crate) use authenticate::{KnownKeys, follow_changes, hash, known_keys};
pub use table::{Method, SCOPES};

use contract::enums::IdentityType;
use contract::errors::Code;

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
    /// What kind of caller.
    pub identity: IdentityType,
    /// The caller's id: an API key's for apps.
    pub identity_id: String,
    /// What the caller was granted.
    pub scopes: Vec<String>,
}

/// The decision: whether `caller` may call `method`.
pub fn decide(caller: &Caller, method: Method) -> Result<()> {
    // Visitors and members reach the API only through an app that elevates them (CONTRACT 1.1).
    let acts_for_the_site = matches!(caller.identity, IdentityType::App | IdentityType::WixUser);
    let granted = caller.scopes.iter().any(|scope| method.scopes().contains(&scope.as_str()));
    if acts_for_the_site && granted {
        Ok(())
    } else {
        let text = format!("this needs the permission {}, which the key doesn't have", method.permission());
        Err(refused(Code::PermissionDenied, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(identity: IdentityType, scopes: &[&str]) -> Caller {
        Caller {
            site: 1,
            site_id: String::new(),
            site_prefix: String::new(),
            identity,
            identity_id: String::new(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        }
    }

    #[test]
    fn a_reader_reads_a_manager_does_both_and_the_inbox_is_apart() {
        let reader = caller(IdentityType::App, &["SCOPE.DC-MEDIA.READ-MEDIAMANAGER"]);
        let manager = caller(IdentityType::App, &["SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER"]);
        assert!(decide(&reader, Method::ListFiles).is_ok());
        assert!(decide(&reader, Method::BulkDeleteFiles).is_err());
        let inbox = caller(IdentityType::App, &["SCOPE.DC-INBOX.MANAGE-MSGS"]);
        for method in Method::ALL {
            let for_the_inbox = method.permission().starts_with("COMM_CHANNELS.");
            assert_eq!(decide(&manager, *method).is_ok(), !for_the_inbox, "{method:?}");
            assert_eq!(decide(&inbox, *method).is_ok(), for_the_inbox, "{method:?}");
        }
    }

    #[test]
    fn visitors_and_members_may_nothing_without_an_app() {
        for identity in [IdentityType::AnonymousVisitor, IdentityType::Member, IdentityType::Unknown] {
            let visitor = caller(identity, SCOPES);
            assert!(Method::ALL.iter().all(|method| decide(&visitor, *method).is_err()));
        }
    }
}
