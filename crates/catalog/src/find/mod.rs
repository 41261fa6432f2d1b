//! Pages of files and of folders: by folder, by tree, by text; in any order, from any position.
//!
//! A page is merged from one ordered run per facet (kind and privacy). Each run is a range of an index that starts at
//! the position, and is read no further than the page needs, so a page costs the same wherever it lies and whatever is
//! asked for. What a text costs is told in `text` and `passages`.

mod passages;
#[cfg(test)]
mod plans;
mod text;
mod walk;

use std::sync::Arc;

use contract::formats::Kind;
use serde::{Deserialize, Serialize};

use crate::contents::Asked;
use crate::error::Result;
use crate::files::{COLUMNS, FileRecord, SOURCE, record};
use crate::folders::Root;
use crate::search::Needle;
use crate::tx::{Tx, Value, values};
use walk::Runs;

/// What to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SortBy {
    /// Display name, case folded.
    Name,
    /// When it last changed.
    Updated,
    /// Bytes.
    Size,
}

impl SortBy {
    fn column(self) -> &'static str {
        match self {
            SortBy::Name => "name_key",
            SortBy::Updated => "updated",
            SortBy::Size => "size",
        }
    }
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Right in one folder.
    Folder(i64),
    /// Anywhere in these trees of a site.
    Trees(i64, Vec<Root>),
}

/// What to find.
#[derive(Debug, Clone)]
pub struct Find {
    /// The site, which names the index of texts.
    pub site: i64,
    /// Where to look.
    pub scope: Scope,
    /// Only what lies within these folders, by their numbers; what is in the trash lies where it came from. Without a text,
    /// such a page may come out short and have another behind it.
    pub within: Option<Arc<[i64]>>,
    /// Which kinds; empty: all.
    pub kinds: Vec<Kind>,
    /// Only private, or only public files.
    pub private: Option<bool>,
    /// Any part of a name, a label or a MIME type; or the words of it in a file's [content](crate::contents).
    pub text: Option<String>,
    /// In which order.
    pub sort: SortBy,
    /// Largest first.
    pub descending: bool,
    /// Where to start; none: at the beginning.
    pub position: Option<Position>,
    /// Files on a page.
    pub limit: usize,
}

/// A place between two files of a sorted list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    key: Key,
    uid: [u8; 16],
    /// Whether the page lies before this place rather than after it.
    back: bool,
}

/// What a sort compares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Int(i64),
    Bytes(Vec<u8>),
}

impl Key {
    fn value(&self) -> Value<'_> {
        match self {
            Key::Int(value) => Value::from(*value),
            Key::Bytes(bytes) => Value::from(bytes),
        }
    }
}

/// What lists and searches are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Files,
    Folders,
}

impl Of {
    /// Its table, whose columns are named alike as far as lists need them.
    fn table(self) -> &'static str {
        match self {
            Of::Files => "files",
            Of::Folders => "folders",
        }
    }

    /// The column that says in which folder something lies, or, in the trash, which one it came from. A folder lies in
    /// itself, so that those that are looked for are found with what is in them.
    fn origin(self) -> &'static str {
        match self {
            Of::Files => "COALESCE(f.came_from, f.parent)",
            Of::Folders => "f.num",
        }
    }

    /// The column that says of which format something is.
    fn format(self) -> &'static str {
        match self {
            Of::Files => "f.format",
            Of::Folders => "''",
        }
    }
}

/// A page of files.
#[derive(Debug, Clone)]
pub struct Page {
    /// In the order asked for.
    pub files: Vec<FileRecord>,
    /// Where the next page starts, if there is one.
    pub next: Option<Position>,
    /// Where the page before ends, if there is one.
    pub prev: Option<Position>,
}

/// A file or folder found, as far as sorting needs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    key: Key,
    uid: [u8; 16],
    num: i64,
}

/// Finds a page of files.
pub fn page(tx: &Tx<'_>, find: &Find) -> Result<Page> {
    let found = hits(tx, find, Of::Files)?;
    Ok(Page { files: records(tx, &found.nums)?, next: found.next, prev: found.prev })
}

/// A page, before its rows are read.
pub(crate) struct Hits {
    pub(crate) nums: Vec<i64>,
    pub(crate) next: Option<Position>,
    pub(crate) prev: Option<Position>,
}

/// Finds a page of files or folders.
pub(crate) fn hits(tx: &Tx<'_>, find: &Find, of: Of) -> Result<Hits> {
    let back = find.position.as_ref().is_some_and(|position| position.back);
    let runs = Runs::open(tx, find, of)?;
    // One more than a page tells whether there is another.
    let wanted = find.limit + 1;
    let (mut hits, reached) = match find.text.as_deref().and_then(Needle::new) {
        None => runs.list(tx, wanted)?,
        Some(needle) => (matching(tx, &runs, &needle, wanted)?, None),
    };
    let more = hits.len() > find.limit || reached.is_some();
    hits.truncate(find.limit);
    if back {
        hits.reverse();
    }
    // A page that came out short goes on from where it got to.
    let reached = reached.as_ref();
    let (first, last) = match back {
        true => (reached.or(hits.first()), hits.last().or(reached)),
        false => (hits.first().or(reached), reached.or(hits.last())),
    };
    let place =
        |hit: Option<&Hit>, back| hit.map(|hit| Position { key: hit.key.clone(), uid: hit.uid, back });
    let (has_next, has_prev) = if back { (true, more) } else { (more, find.position.is_some()) };
    Ok(Hits {
        next: place(last, false).filter(|_| has_next),
        prev: place(first, true).filter(|_| has_prev),
        nums: hits.into_iter().map(|hit| hit.num).collect(),
    })
}

/// The next `wanted` files or folders that have a text in their names, or in their contents. The first of both ways are
/// the first of all, so neither has to know of the other.
fn matching(tx: &Tx<'_>, runs: &Runs<'_>, needle: &Needle, wanted: usize) -> Result<Vec<Hit>> {
    let mut hits = text::search(tx, runs, needle, wanted)?;
    if let (Of::Files, Some(asked)) = (runs.of, Asked::of(needle.text())) {
        hits.extend(passages::search(tx, runs, &asked, wanted)?);
        runs.first(&mut hits, wanted);
    }
    Ok(hits)
}

fn records(tx: &Tx<'_>, nums: &[i64]) -> Result<Vec<FileRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM {SOURCE} WHERE f.num = ?1");
    nums.iter().map(|num| tx.one(&sql, values![*num], record)).collect()
}
