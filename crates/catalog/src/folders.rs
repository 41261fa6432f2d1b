//! Folders: trees of them, one below each root.

use crate::error::Result;
use crate::tx::{Row, Tx, values};

/// Which tree a folder or file is in. The numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Root {
    /// The site's files.
    Media = 0,
    /// What visitors uploaded.
    Visitor = 1,
    /// The trash.
    Trash = 2,
    /// Deleted for good; bytes and row go as soon as a worker gets to it.
    Gone = 3,
}

impl Root {
    /// The wire's id of the root folder. What is gone is shown to nobody; its folder has no name that one could ask for.
    pub fn folder_id(self) -> &'static str {
        match self {
            Root::Media => "media-root",
            Root::Visitor => "visitor-uploads",
            Root::Trash => "trash-root",
            Root::Gone => "gone",
        }
    }

    pub(crate) fn from_num(num: i64) -> Root {
        match num {
            0 => Root::Media,
            1 => Root::Visitor,
            2 => Root::Trash,
            _ => Root::Gone,
        }
    }
}

/// The deepest level of folders below a root.
pub const DEEPEST: i64 = 32;

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Number in this catalog.
    pub num: i64,
    /// Id on the wire.
    pub id: String,
    /// Which tree it is in.
    pub root: Root,
    /// Levels below the root.
    pub depth: i64,
    /// For people.
    pub name: String,
    /// When it was made.
    pub created: i64,
    /// When its name or place last changed.
    pub updated: i64,
}

const COLUMNS: &str = "num, id, root, depth, name, created, updated";

fn folder(row: &Row<'_>) -> Result<Folder> {
    Ok(Folder {
        num: row.get(0)?,
        id: row.get(1)?,
        root: Root::from_num(row.get(2)?),
        depth: row.get(3)?,
        name: row.get(4)?,
        created: row.get(5)?,
        updated: row.get(6)?,
    })
}

pub(crate) fn create_root(tx: &Tx<'_>, site: i64, root: Root, now: i64) -> Result<()> {
    let sql = "INSERT INTO folders (site, id, root, depth, name, created, updated) VALUES (?1, ?2, ?3, 0, ?2, ?4, ?4)";
    tx.execute(sql, values![site, root.folder_id(), root as i64, now])?;
    Ok(())
}

/// The folder of a site with this wire id; roots have one too. What is gone isn't found.
pub fn by_id(tx: &Tx<'_>, site: i64, id: &str) -> Result<Option<Folder>> {
    let sql = format!("SELECT {COLUMNS} FROM folders WHERE site = ?1 AND id = ?2 AND root < 3");
    tx.first(&sql, values![site, id], folder)
}

/// The root folder of a tree.
pub(crate) fn root(tx: &Tx<'_>, site: i64, root: Root) -> Result<Folder> {
    let sql = format!("SELECT {COLUMNS} FROM folders WHERE site = ?1 AND id = ?2");
    tx.one(&sql, values![site, root.folder_id()], folder)
}

/// A folder that [`ensure_path`] needs and would lie too deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooDeep;

/// A folder under a fixed id, for files of one origin: made below the site's root when it is asked for first. `true`
/// when that was now. Where its name is taken, it gets a number behind it.
pub fn ensure_own(tx: &Tx<'_>, site: i64, id: &str, name: &str, now: i64) -> Result<(Folder, bool)> {
    if let Some(found) = by_id(tx, site, id)? {
        return Ok((found, false));
    }
    let start = root(tx, site, Root::Media)?;
    let taken = |name: &str| -> Result<bool> {
        let sql = "SELECT 1 FROM folders WHERE parent = ?1 AND name = ?2";
        Ok(tx.first(sql, values![start.num, name], |row| row.get::<i64>(0))?.is_some())
    };
    let mut free = name.to_owned();
    for number in 1.. {
        if !taken(&free)? {
            break;
        }
        free = format!("{name} ({number})");
    }
    Ok((insert(tx, site, &start, id, &free, now)?, true))
}

fn insert(tx: &Tx<'_>, site: i64, parent: &Folder, id: &str, name: &str, now: i64) -> Result<Folder> {
    let sql = format!(
        "INSERT INTO folders (site, id, parent, root, depth, name, created, updated)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) RETURNING {COLUMNS}"
    );
    let (root, depth) = (parent.root as i64, parent.depth + 1);
    tx.one(&sql, values![site, id, parent.num, root, depth, name, now], folder)
}

/// A folder and, from the outside in, those that were made on the way to it.
pub type Ensured = (Folder, Vec<Folder>);

/// The folder at the end of `names` below `start`, made where it is missing. `new_id` gives the id of each new folder.
pub fn ensure_path(
    tx: &Tx<'_>,
    site: i64,
    start: Folder,
    names: &[String],
    now: i64,
    new_id: impl Fn() -> String,
) -> Result<Result<Ensured, TooDeep>> {
    let mut at = start;
    let mut made = Vec::new();
    for name in names {
        let sql = format!("SELECT {COLUMNS} FROM folders WHERE parent = ?1 AND name = ?2");
        if let Some(found) = tx.first(&sql, values![at.num, name], folder)? {
            at = found;
            continue;
        }
        if at.depth >= DEEPEST {
            return Ok(Err(TooDeep));
        }
        at = insert(tx, site, &at, &new_id(), name, now)?;
        made.push(at.clone());
    }
    Ok(Ok((at, made)))
}
