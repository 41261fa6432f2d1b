//! What is in an archive, page by page.

use bytes::{Bytes, BytesMut};
use catalog::files::Status;
use contract::contents::{ArchiveEntry, ListEntriesReply, ListEntriesRequest};
use contract::errors::Code;
use contract::formats::Kind;
use contract::values::{Int64, Timestamp};
use facts::Entry;
use futures::TryStreamExt;

use crate::Manager;
use crate::access::Caller;
use crate::delivery::{Content, entries_of};
use crate::error::{Error, Result, internal, invalid};
use crate::files::resolve;

/// Entries of a page when the request doesn't say.
const USUAL: i64 = 100;

/// Lists a page. The list is made when it is first asked for, and kept.
pub async fn entries(
    manager: Manager,
    caller: Caller,
    request: ListEntriesRequest,
) -> Result<ListEntriesReply> {
    let (reach, id) = (caller.reach.clone(), request.file_id.unwrap_or_default());
    let file = manager.catalog().read(move |tx| resolve(tx, &reach, "fileId", &id)).await?;
    if file.format.kind != Kind::Archive || file.status != Status::Ready {
        let text = format!("`{}` is no archive that can be read", file.id);
        return Err(invalid(Code::InvalidValue, "fileId", text));
    }
    let unknown = || invalid(Code::InvalidValue, "cursor", "use `nextCursor` of the page before");
    let from = match request.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => cursor.parse().map_err(|_| unknown())?,
        None => 0,
    };
    let Some(list) = entries_of(&manager, file.id.clone()).await? else {
        return Ok(ListEntriesReply { entries: Vec::new(), next_cursor: None });
    };
    if from > list.length() {
        return Err(unknown());
    }
    let lines =
        lines(&list, from, usize::try_from(request.limit.unwrap_or(USUAL)).unwrap_or_default()).await?;
    let read = |line: &Bytes| serde_json::from_slice(line).map(shown).map_err(|_| unknown());
    let entries = lines.iter().map(read).collect::<Result<Vec<_>>>()?;
    let next = from + lines.iter().map(|line| line.len() as u64).sum::<u64>();
    let next_cursor = (next < list.length()).then(|| next.to_string());
    Ok(ListEntriesReply { entries, next_cursor })
}

/// At most this many lines from a place on, with their ends; no more is read than they take.
async fn lines(list: &Content, from: u64, most: usize) -> Result<Vec<Bytes>> {
    let mut bytes = list.stream(from..list.length());
    let (mut lines, mut rest) = (Vec::new(), BytesMut::new());
    while lines.len() < most
        && let Some(chunk) = bytes.try_next().await?
    {
        rest.extend_from_slice(&chunk);
        while lines.len() < most
            && let Some(end) = memchr::memchr(b'\n', &rest)
        {
            lines.push(rest.split_to(end + 1).freeze());
        }
    }
    if lines.len() < most && !rest.is_empty() {
        return Err::<_, Error>(internal("the list of an archive ends in the middle of a line"));
    }
    Ok(lines)
}

fn shown(entry: Entry) -> ArchiveEntry {
    let size = |bytes: u64| Int64(i64::try_from(bytes).unwrap_or(i64::MAX));
    ArchiveEntry {
        name: entry.name,
        folder: entry.folder,
        link: entry.link,
        size_in_bytes: size(entry.size),
        packed_size_in_bytes: entry.packed.map(size),
        updated_date: entry.modified.map(|millis| Timestamp { millis }),
        encrypted: entry.encrypted,
        warning: entry.warning,
    }
}
