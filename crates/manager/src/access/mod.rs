//! Who may do what: one table, one decision.

mod authenticate;
mod bearer;
mod grants;
mod reach;
mod revoke;
mod table;

pub use authenticate::{Credentials, authenticate};
pub(crate) use authenticate::{Known, KnownSecrets, follow_changes, hash, known, known_secrets, new_secret};
pub use grants::{mint, token, token_info};
pub use reach::Reach;
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
    /// What it may do that to, by the method that [`decide`] was asked for; nothing before.
    pub reach: Reach,
}

/// What a caller was granted on a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// Nothing: visitors and members reach the API only through an app that elevates them (CONTRACT 1.1).
    None,
    /// What an API key grants.
    Scopes(Arc<[String]>),
    /// What a user's roles grant.
    User {
        /// On the whole site.
        site: Option<Role>,
        /// On folders, by their numbers, and on what lies in them.
        folders: Arc<[(i64, Role)]>,
    },
}

/// The decision: whether `caller` may call `method`, and for what of the site.
pub fn decide(caller: &Caller, method: Method) -> Result<Reach> {
    let missing = match &caller.rights {
        Rights::None => "which visitors and members have only through an app that elevates them",
        Rights::Scopes(granted) => {
            if granted.iter().any(|scope| method.scopes().contains(&scope.as_str())) {
                return Ok(Reach::whole(caller.site));
            }
            "which the key doesn't have"
        }
        Rights::User { site, folders } => {
            if site.is_some_and(|role| role >= method.role()) {
                return Ok(Reach::whole(caller.site));
            }
            let enough = |(_, role): &&(i64, Role)| method.in_folders() && *role >= method.role();
            if folders.iter().any(|granted| enough(&granted)) {
                let folders = folders.iter().filter(enough).map(|(folder, _)| *folder);
                return Ok(Reach::within(caller.site, folders));
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
        Rights::User { site, .. } => *site == Some(Role::Owner),
    }
}

/// Whether `caller` may give somebody this role on the site, or take it away: nobody who couldn't call all that it allows.
pub(crate) fn may_give_role(caller: &Caller, role: Role) -> bool {
    may_everywhere(caller, |method| method.role() <= role)
}

/// The same for a role on a folder.
pub(crate) fn may_give_role_on_folders(caller: &Caller, role: Role) -> bool {
    may_everywhere(caller, |method| method.role() <= role && method.in_folders())
}

/// Whether `caller` may call some methods, for the whole site.
fn may_everywhere(caller: &Caller, asked: impl Fn(Method) -> bool) -> bool {
    let mut asked = Method::ALL.iter().filter(|method| asked(**method));
    asked.all(|method| decide(caller, *method).is_ok_and(|reach| reach.is_whole()))
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
            reach: Reach::nothing(1),
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
    fn a_role_on_a_folder_reaches_what_is_in_it_and_nothing_of_the_site() {
        let folders = |roles: &[(i64, Role)]| caller(Rights::User { site: None, folders: roles.into() });
        let two = folders(&[(7, Role::Viewer), (9, Role::Editor)]);
        assert_eq!(decide(&two, Method::ListFiles).ok(), Some(Reach::within(1, [7, 9])));
        assert_eq!(decide(&two, Method::BulkDeleteFiles).ok(), Some(Reach::within(1, [9])));
        let most = folders(&[(7, Role::Owner)]);
        for method in Method::ALL {
            let of_files =
                method.permission().contains("SITE_MEDIA") || method.permission().contains("site_media");
            let expected = (of_files && *method != Method::FollowEvents) || *method == Method::ListTypes;
            assert_eq!(decide(&most, *method).is_ok(), expected, "{method:?}");
        }
        // What the site's role allows isn't narrowed by another on a folder.
        let both = caller(Rights::User { site: Some(Role::Viewer), folders: [(9, Role::Editor)].into() });
        assert_eq!(decide(&both, Method::ListFiles).ok(), Some(Reach::whole(1)));
        assert_eq!(decide(&both, Method::BulkDeleteFiles).ok(), Some(Reach::within(1, [9])));
        assert!(!may_give_role_on_folders(&most, Role::Viewer));
    }

    #[test]
    fn visitors_and_members_may_nothing_without_an_app() {
        let visitor = caller(Rights::None);
        assert!(Method::ALL.iter().all(|method| decide(&visitor, *method).is_err()));
    }
}
