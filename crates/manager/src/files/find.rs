//! listFiles, listDeletedFiles, searchFiles and queryFileDescriptors.

use catalog::find::{Find, Page, Scope, page};
use catalog::folders::Root;
use contract::files::{
    FilesPage, ListFilesRequest, NextCursor, QueryFileDescriptorsReply, QueryFileDescriptorsRequest,
    SearchFilesRequest,
};

use super::describe;
use crate::Manager;
use crate::access::Caller;
use crate::error::Result;
use crate::folders::level;
use crate::lists::{Call, FILES, all, both, cursor, cursors, filter, metadata, paging};

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
        Some(cursor) => cursor::read(&manager, call, &caller, "paging.cursor", cursor, limit)?,
        None => {
            let kinds = filter::kinds("mediaTypes", request.media_types.as_deref().unwrap_or_default());
            let order = filter::sorting("sort", request.sort.as_ref(), &FILES);
            let (kinds, (sort, descending)) = both(kinds, order)?;
            let (reach, id) = (caller.reach.clone(), request.parent_folder_id);
            let folder = manager.catalog().read(move |tx| level(tx, &reach, id.as_deref(), root)).await?;
            Find {
                kinds,
                sort,
                descending,
                private: request.private,
                ..all(&caller, Scope::Folder(folder.num), limit)
            }
        }
    };
    found(manager, caller, call, find).await
}

/// Searches a whole tree.
pub async fn search(manager: Manager, caller: Caller, request: SearchFilesRequest) -> Result<FilesPage> {
    let (limit, cursor) = paging(request.paging.as_ref());
    let find = match cursor {
        Some(cursor) => cursor::read(&manager, Call::Search, &caller, "paging.cursor", cursor, limit)?,
        None => {
            let kinds = filter::kinds("mediaTypes", request.media_types.as_deref().unwrap_or_default());
            let order = filter::sorting("sort", request.sort.as_ref(), &FILES);
            let (kinds, (sort, descending)) = both(kinds, order)?;
            let scope = Scope::Trees(caller.site, vec![filter::tree(request.root_folder)]);
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
            cursor::read(&manager, Call::Query, &caller, "query.cursorPaging.cursor", cursor, limit)?
        }
        None => {
            let sort = query.sort.as_deref().and_then(<[_]>::first);
            let order = filter::sorting("query.sort[0]", sort, &FILES);
            let (filter, (sort, descending)) = both(filter::read(query.filter.as_ref(), &FILES), order)?;
            let scope = Scope::Trees(caller.site, filter.trees());
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
    let paging_metadata = metadata(&manager, Call::Query, &find, page.files.len(), page.next, page.prev)?;
    let files = page.files.into_iter().map(|file| describe(&manager, &caller.site_id, file));
    Ok(QueryFileDescriptorsReply { files: files.collect::<Result<_>>()?, paging_metadata })
}

async fn load(manager: &Manager, find: &Find) -> Result<Page> {
    let asked = find.clone();
    Ok(manager.catalog().read(move |tx| page(tx, &asked)).await?)
}

async fn found(manager: Manager, caller: Caller, call: Call, find: Find) -> Result<FilesPage> {
    let page = load(&manager, &find).await?;
    let has_next = page.next.is_some();
    let cursors = cursors(&manager, call, &find, page.next, page.prev)?;
    let files = page.files.into_iter().map(|file| describe(&manager, &caller.site_id, file));
    Ok(FilesPage { files: files.collect::<Result<_>>()?, next_cursor: NextCursor { cursors, has_next } })
}
