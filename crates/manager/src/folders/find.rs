//! listFolders, listDeletedFolders, searchFolders and queryFolders.

use catalog::find::{Find, Scope, SortBy};
use catalog::folders::{Page, Root, page};
use contract::files::NextCursor;
use contract::folders::{
    FoldersPage, ListFoldersRequest, QueryFoldersReply, QueryFoldersRequest, SearchFoldersRequest,
};

use super::describe::describe;
use super::level;
use crate::Manager;
use crate::access::Caller;
use crate::error::Result;
use crate::lists::{Call, FOLDERS, all, both, cursor, cursors, filter, metadata, paging};

/// Lists the folders right in a folder.
pub async fn list(manager: Manager, caller: Caller, request: ListFoldersRequest) -> Result<FoldersPage> {
    list_level(manager, caller, request, Call::Folders, Root::Media).await
}

/// Lists the folders in the trash, or right in one of them.
pub async fn list_deleted(
    manager: Manager,
    caller: Caller,
    request: ListFoldersRequest,
) -> Result<FoldersPage> {
    list_level(manager, caller, request, Call::DeletedFolders, Root::Trash).await
}

async fn list_level(
    manager: Manager,
    caller: Caller,
    request: ListFoldersRequest,
    call: Call,
    root: Root,
) -> Result<FoldersPage> {
    let (limit, cursor) = paging(request.paging.as_ref());
    let find = match cursor {
        Some(cursor) => cursor::read(&manager, call, &caller, "paging.cursor", cursor, limit)?,
        None => {
            let order = filter::sorting("sort", request.sort.as_ref(), &FOLDERS)?;
            let (reach, id) = (caller.reach.clone(), request.parent_folder_id);
            let folder = manager.catalog().read(move |tx| level(tx, &reach, id.as_deref(), root)).await?;
            ordered(&caller, Scope::Folder(folder.num), limit, order)
        }
    };
    found(manager, caller, call, find).await
}

/// Searches a whole tree.
pub async fn search(manager: Manager, caller: Caller, request: SearchFoldersRequest) -> Result<FoldersPage> {
    let (limit, cursor) = paging(request.paging.as_ref());
    let call = Call::SearchFolders;
    let find = match cursor {
        Some(cursor) => cursor::read(&manager, call, &caller, "paging.cursor", cursor, limit)?,
        None => {
            let order = filter::sorting("sort", request.sort.as_ref(), &FOLDERS)?;
            let scope = Scope::Trees(caller.site, vec![filter::tree(request.root_folder)]);
            let text = request.search.filter(|text| !text.trim().is_empty());
            Find { text, ..ordered(&caller, scope, limit, order) }
        }
    };
    found(manager, caller, call, find).await
}

/// Queries the folders of all levels: live ones, or those in the trash when the filter asks for deleted ones.
pub async fn query(
    manager: Manager,
    caller: Caller,
    request: QueryFoldersRequest,
) -> Result<QueryFoldersReply> {
    let query = request.query.unwrap_or_default();
    let (limit, cursor) = paging(query.cursor_paging.as_ref());
    let call = Call::QueryFolders;
    let find = match cursor {
        Some(cursor) => cursor::read(&manager, call, &caller, "query.cursorPaging.cursor", cursor, limit)?,
        None => {
            let sort = query.sort.as_deref().and_then(<[_]>::first);
            let order = filter::sorting("query.sort[0]", sort, &FOLDERS);
            let (filter, order) = both(filter::read(query.filter.as_ref(), &FOLDERS), order)?;
            ordered(&caller, Scope::Trees(caller.site, filter.trees()), limit, order)
        }
    };
    let page = load(&manager, &find).await?;
    let paging_metadata = metadata(&manager, call, &find, page.folders.len(), page.next, page.prev)?;
    let folders = page.folders.iter().map(|folder| describe(&caller.site_id, folder)).collect();
    Ok(QueryFoldersReply { folders, paging_metadata })
}

fn ordered(caller: &Caller, scope: Scope, limit: usize, (sort, descending): (SortBy, bool)) -> Find {
    Find { sort, descending, ..all(caller, scope, limit) }
}

async fn load(manager: &Manager, find: &Find) -> Result<Page> {
    let asked = find.clone();
    Ok(manager.catalog().read(move |tx| page(tx, &asked)).await?)
}

async fn found(manager: Manager, caller: Caller, call: Call, find: Find) -> Result<FoldersPage> {
    let page = load(&manager, &find).await?;
    let has_next = page.next.is_some();
    let cursors = cursors(&manager, call, &find, page.next, page.prev)?;
    let folders = page.folders.iter().map(|folder| describe(&caller.site_id, folder)).collect();
    Ok(FoldersPage { folders, next_cursor: NextCursor { cursors, has_next } })
}
