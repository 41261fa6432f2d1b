//! Who makes something happen, and from where.

use std::net::IpAddr;

use catalog::files::FileRecord;
use contract::enums::IdentityType;
use serde::{Deserialize, Serialize};

use crate::access::Caller;

/// The request that something is part of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Where it comes from; none: from this machine.
    pub address: Option<IpAddr>,
    /// Its id.
    pub request: Option<String>,
}

/// Who makes something happen. As JSON, in the event log, it is only who.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Actor {
    pub(crate) kind: IdentityType,
    pub(crate) id: String,
    /// By what they make it happen; none: it happens by itself, in their name.
    #[serde(skip)]
    pub(crate) act: Option<Act>,
}

/// By what somebody makes something happen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Act {
    /// Id of the API key.
    pub(crate) key: Option<String>,
    pub(crate) origin: Origin,
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Actor {
        let act = Act { key: caller.key.clone(), origin: caller.origin.clone() };
        Actor { kind: caller.identity, id: caller.identity_id.clone(), act: Some(act) }
    }
}

impl Actor {
    /// Whoever may use the command line.
    pub fn operator() -> Actor {
        Actor { kind: IdentityType::Unknown, id: String::new(), act: Some(Act::default()) }
    }

    /// Somebody whom nobody knows.
    pub(crate) fn unknown(origin: Origin) -> Actor {
        Actor::operator().by(origin)
    }

    /// A user who signs in or out.
    pub(crate) fn user(id: &str, origin: Origin) -> Actor {
        Actor { kind: IdentityType::WixUser, id: id.to_owned(), act: None }.by(origin)
    }

    /// Who brought a file: what becomes of it without anybody's doing is told in their name.
    pub(crate) fn who_brought(file: &FileRecord) -> Actor {
        Actor { kind: IdentityType::by_name(&file.added_by_type), id: file.added_by.clone(), act: None }
    }

    /// The same, doing it by a request.
    pub(crate) fn by(self, origin: Origin) -> Actor {
        Actor { act: Some(Act { key: None, origin }), ..self }
    }

    /// What kind of caller, by its name on the wire.
    pub(crate) fn kind_name(&self) -> &'static str {
        self.kind.name()
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}
