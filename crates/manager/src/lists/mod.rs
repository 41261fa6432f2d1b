//! What lists of files and of folders have in common: pages, cursors, filters and orders.

pub(crate) mod cursor;
pub(crate) mod filter;

pub(crate) use cursor::Call;
pub(crate) use filter::{FILES, FOLDERS};

use catalog::find::{Find, Position, Scope, SortBy};
use contract::files::{CursorPaging, Cursors, PagingMetadata};

use crate::Manager;
use crate::access::Caller;
use crate::error::{Error, Result};
use filter::Wrong;

/// What is on a page when the request doesn't say: what the published query builder asks for (CONTRACT 1.3).
const USUAL_LIMIT: i64 = 50;
/// The order of lists and searches when the request doesn't say.
const NEWEST_FIRST: (SortBy, bool) = (SortBy::Updated, true);

/// Everything in `scope`, the newest first, from the beginning.
pub(crate) fn all(caller: &Caller, scope: Scope, limit: usize) -> Find {
    Find {
        site: caller.site,
        scope,
        within: caller.reach.folders(),
        kinds: Vec::new(),
        private: None,
        text: None,
        sort: NEWEST_FIRST.0,
        descending: NEWEST_FIRST.1,
        position: None,
        limit,
    }
}

/// The length of a page, and the cursor to go on from.
pub(crate) fn paging(paging: Option<&CursorPaging>) -> (usize, Option<&str>) {
    let limit = paging.and_then(|paging| paging.limit).unwrap_or(USUAL_LIMIT);
    let cursor = paging.and_then(|paging| paging.cursor.as_deref()).filter(|cursor| !cursor.is_empty());
    (usize::try_from(limit).unwrap_or(1), cursor)
}

/// Several checks at once, so that a reply can name all that is wrong.
pub(crate) fn both<A, B>(a: Result<A, Wrong>, b: Result<B, Wrong>) -> Result<(A, B)> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(Error::Invalid(a.err().into_iter().chain(b.err()).map(|wrong| *wrong).collect())),
    }
}

/// The cursors of the pages beside this one.
pub(crate) fn cursors(
    manager: &Manager,
    call: Call,
    find: &Find,
    next: Option<Position>,
    prev: Option<Position>,
) -> Result<Cursors> {
    let write = |position| cursor::write(manager, call, find, position);
    Ok(Cursors { next: next.map(write).transpose()?.unwrap_or_default(), prev: prev.map(write).transpose()? })
}

/// How a query goes on.
pub(crate) fn metadata(
    manager: &Manager,
    call: Call,
    find: &Find,
    count: usize,
    next: Option<Position>,
    prev: Option<Position>,
) -> Result<PagingMetadata> {
    let has_next = next.is_some();
    Ok(PagingMetadata { count: count as u32, cursors: cursors(manager, call, find, next, prev)?, has_next })
}
