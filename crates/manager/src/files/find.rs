//! listFiles, listDeletedFiles, searchFiles and queryFileDescriptors.

use catalog::find::{Find, Page, Scope, SortBy, page};
use catalog::folders::{self, Root};
use contract::enums::{RootFolder, State};
use contract::files::{
    CursorPaging, Cursors, FilesPage, ListFilesRequest, NextCursor, PagingMetadata,
    QueryFileDescriptorsReply, QueryFileDescriptorsRequest, SearchFilesRequest,
};

use super::cursor::{self, Call};
use super::filter::Wrong;
use super::{describe, filter};
use crate::Manager;
use crate::access::Caller;
use crate::error::{Error, Result, no_such_folder};

/// Files on a page when the request doesn't say: what the published query builder asks for (CONTRACT 1.3).
const USUAL_LIMIT: i64 = 50;
/// The order of lists and searches when the request doesn't say.
const NEWEST_FIRST: (SortBy, bool) = (SortBy::Updated, true);

/// Lists the files of one folder level.
pub async fn list(manager: Manager, caller: Caller, request: ListFilesRequest) -> Result<FilesPage> {
    list_level(manager, caller, request, Call::List, Root::Media).await
}

/// Lists the files in the trash.
pub async fn list_deleted(manager: Manager, caller: Caller, request: ListFilesRequest) -> Result<FilesPage> {
    list_level(manager, caller, request, Call::Deleted, Root::Trash).await
}

async fn list_level(
    manager: Manager,
    caller: Caller,
    request: ListFilesRequest,
    call: Call,
    root: Root,
) -> Result<FilesPage> {
    let (limit, cursor) = paging(request.paging.as_ref());
    let find = match cursor {
        Some(cursor) => cursor::read(&manager, call, caller.site, "paging.cursor", cursor, limit)?,
        None => {
            let kinds = filter::kinds("mediaTypes", request.media_types.as_deref().unwrap_or_default());
            let order = filter::sorting("sort", request.sort.as_ref(), NEWEST_FIRST);
            let (kinds, (sort, descending)) = both(kinds, order)?;
            let id = request.parent_folder_id.filter(|id| !id.is_empty());
            let id = id.unwrap_or_else(|| root.folder_id().to_owned());
            let folder = folder(&manager, &caller, id, root).await?;
            Find {
                kinds,
                sort,
                descending,
                private: request.private,
                ..all(&caller, Scope::Folder(folder), limit)
            }
        }
    };
    found(manager, caller, call, find).await
}

/// Searches a whole tree.
pub async fn search(manager: Manager, caller: Caller, request: SearchFilesRequest) -> Result<FilesPage> {
    let (limit, cursor) = paging(request.paging.as_ref());
    let find = match cursor {
        Some(cursor) => cursor::read(&manager, Call::Search, caller.site, "paging.cursor", cursor, limit)?,
        None => {
            let kinds = filter::kinds("mediaTypes", request.media_types.as_deref().unwrap_or_default());
            let order = filter::sorting("sort", request.sort.as_ref(), NEWEST_FIRST);
            let (kinds, (sort, descending)) = both(kinds, order)?;
            let root = match request.root_folder.unwrap_or_default() {
                RootFolder::MediaRoot => Root::Media,
                RootFolder::TrashRoot => Root::Trash,
                RootFolder::VisitorUploadsRoot => Root::Visitor,
            };
            let scope = Scope::Trees(caller.site, vec![root]);
            let text = request.search.filter(|text| !text.trim().is_empty());
            Find { kinds, sort, descending, text, private: request.private, ..all(&caller, scope, limit) }
        }
    };
    found(manager, caller, Call::Search, find).await
}

/// Queries the files of all levels: live ones, or those in the trash when the filter asks for deleted ones.
pub async fn query(
    manager: Manager,
    caller: Caller,
    request: QueryFileDescriptorsRequest,
) -> Result<QueryFileDescriptorsReply> {
    let query = request.query.unwrap_or_default();
    let (limit, cursor) = paging(query.cursor_paging.as_ref());
    let find = match cursor {
        Some(cursor) => {
            cursor::read(&manager, Call::Query, caller.site, "query.cursorPaging.cursor", cursor, limit)?
        }
        None => {
            let order =
                filter::sorting("query.sort[0]", query.sort.as_deref().and_then(<[_]>::first), NEWEST_FIRST);
            let (filter, (sort, descending)) = both(filter::read(query.filter.as_ref()), order)?;
            let trees = match filter.state {
                Some(State::Deleted) => vec![Root::Trash],
                _ => vec![Root::Media, Root::Visitor],
            };
            let scope = Scope::Trees(caller.site, trees);
            Find {
                kinds: filter.kinds,
                private: filter.private,
                sort,
                descending,
                ..all(&caller, scope, limit)
            }
        }
    };
    let page = load(&manager, &find).await?;
    let has_next = page.next.is_some();
    let cursors = cursors(&manager, Call::Query, &find, &page)?;
    let files: Vec<_> = page
        .files
        .into_iter()
        .map(|file| describe(&manager, &caller.site_id, file))
        .collect::<Result<_>>()?;
    let count = files.len() as u32;
    Ok(QueryFileDescriptorsReply { files, paging_metadata: PagingMetadata { count, cursors, has_next } })
}

fn all(caller: &Caller, scope: Scope, limit: usize) -> Find {
    Find {
        site: caller.site,
        scope,
        kinds: Vec::new(),
        private: None,
        text: None,
        sort: NEWEST_FIRST.0,
        descending: NEWEST_FIRST.1,
        position: None,
        limit,
    }
}

fn paging(paging: Option<&CursorPaging>) -> (usize, Option<&str>) {
    let limit = paging.and_then(|paging| paging.limit).unwrap_or(USUAL_LIMIT);
    let cursor = paging.and_then(|paging| paging.cursor.as_deref()).filter(|cursor| !cursor.is_empty());
    (usize::try_from(limit).unwrap_or(1), cursor)
}

/// Two checks at once, so that a reply can name all that is wrong.
fn both<A, B>(a: Result<A, Wrong>, b: Result<B, Wrong>) -> Result<(A, B)> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(Error::Invalid(a.err().into_iter().chain(b.err()).map(|wrong| *wrong).collect())),
    }
}

/// The folder to list: for live files anywhere but in the trash, for deleted ones there.
async fn folder(manager: &Manager, caller: &Caller, id: String, root: Root) -> Result<i64> {
    let (site, wanted) = (caller.site, id.clone());
    let folder = manager.catalog().read(move |tx| folders::by_id(tx, site, &wanted)).await?;
    let fits = |folder: &folders::Folder| (folder.root == Root::Trash) == (root == Root::Trash);
    // A list of deleted files that names the root they came from means the trash.
    match folder {
        Some(folder) if fits(&folder) => Ok(folder.num),
        Some(folder) if root == Root::Trash && folder.depth == 0 => {
            let trash =
                manager.catalog().read(move |tx| folders::by_id(tx, site, Root::Trash.folder_id())).await?;
            trash.map(|folder| folder.num).ok_or_else(|| no_such_folder("parentFolderId", &id))
        }
        Some(folder) if folder.root == Root::Trash => Ok(folder.num),
        _ => Err(no_such_folder("parentFolderId", &id)),
    }
}

async fn load(manager: &Manager, find: &Find) -> Result<Page> {
    let asked = find.clone();
    Ok(manager.catalog().read(move |tx| page(tx, &asked)).await?)
}

async fn found(manager: Manager, caller: Caller, call: Call, find: Find) -> Result<FilesPage> {
    let page = load(&manager, &find).await?;
    let has_next = page.next.is_some();
    let cursors = cursors(&manager, call, &find, &page)?;
    let files = page.files.into_iter().map(|file| describe(&manager, &caller.site_id, file));
    Ok(FilesPage { files: files.collect::<Result<_>>()?, next_cursor: NextCursor { cursors, has_next } })
}

fn cursors(manager: &Manager, call: Call, find: &Find, page: &Page) -> Result<Cursors> {
    let next = page.next.clone().map(|position| cursor::write(manager, call, find, position));
    let prev = page.prev.clone().map(|position| cursor::write(manager, call, find, position));
    Ok(Cursors { next: next.transpose()?.unwrap_or_default(), prev: prev.transpose()? })
}
