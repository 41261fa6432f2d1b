//! Cursors: a place in a list together with the list itself, signed, so that a page can be asked for with nothing else.

use catalog::find::{Find, Position, Scope, SortBy};
use catalog::folders::Root;
use contract::errors::Code;
use contract::formats::Kind;
use serde::{Deserialize, Serialize};

use crate::Manager;
use crate::access::Caller;
use crate::error::{Result, invalid};
use crate::tokens::Purpose;

/// Which call a cursor belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Call {
    List,
    Deleted,
    Search,
    Query,
    Folders,
    DeletedFolders,
    SearchFolders,
    QueryFolders,
}

/// What a cursor says. Short names: it travels in a URL.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    /// Call.
    c: Call,
    /// Site.
    s: i64,
    /// Folder, or none and trees.
    #[serde(skip_serializing_if = "Option::is_none")]
    f: Option<i64>,
    /// Trees, as a mask.
    r: u8,
    /// Kinds, as a mask.
    k: u16,
    /// Private.
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<bool>,
    /// Text.
    #[serde(skip_serializing_if = "Option::is_none")]
    t: Option<String>,
    /// Sort.
    o: SortBy,
    /// Descending.
    d: bool,
    /// Position.
    at: Position,
}

const TREES: [Root; 3] = [Root::Media, Root::Visitor, Root::Trash];

/// The cursor of the page at `position` of a list.
pub(crate) fn write(manager: &Manager, call: Call, find: &Find, position: Position) -> Result<String> {
    let (folder, trees) = match &find.scope {
        Scope::Folder(folder) => (Some(*folder), Vec::new()),
        Scope::Trees(_, trees) => (None, trees.clone()),
    };
    let claims = Claims {
        c: call,
        s: find.site,
        f: folder,
        r: trees.iter().fold(0, |mask, root| mask | 1 << *root as u8),
        k: Kind::ALL
            .iter()
            .enumerate()
            .filter(|(_, kind)| find.kinds.contains(kind))
            .fold(0, |mask, (bit, _)| mask | 1 << bit),
        p: find.private,
        t: find.text.clone(),
        o: find.sort,
        d: find.descending,
        at: position,
    };
    manager.tokens().sign(Purpose::Cursor, None, claims)
}

/// The list and position that a cursor stands for, as far as the caller may see it now. `field` is where the request has
/// it.
pub(crate) fn read(
    manager: &Manager,
    call: Call,
    caller: &Caller,
    field: &str,
    cursor: &str,
    limit: usize,
) -> Result<Find> {
    let claims = manager.tokens().read_live::<Claims>(Purpose::Cursor, cursor).ok();
    let Some(claims) = claims.filter(|claims| claims.c == call && claims.s == caller.site) else {
        let text = "the cursor is not one that this call gave out on this site; start again without one";
        return Err(invalid(Code::InvalidCursor, field, text));
    };
    let trees = TREES.into_iter().filter(|root| claims.r & 1 << *root as u8 != 0).collect();
    Ok(Find {
        site: caller.site,
        scope: claims.f.map_or(Scope::Trees(caller.site, trees), Scope::Folder),
        within: caller.reach.folders(),
        kinds: Kind::ALL
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| claims.k & 1 << bit != 0)
            .map(|(_, kind)| kind)
            .collect(),
        private: claims.p,
        text: claims.t,
        sort: claims.o,
        descending: claims.d,
        position: Some(claims.at),
        limit,
    })
}
