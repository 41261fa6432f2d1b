//! A folder's row, and how it is read.

use super::way::Ways;
use crate::error::Result;
use crate::files::Facet;
use crate::find::{self, Find, Position};
use crate::fold::name_key;
use crate::search::haystack;
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

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Number in this catalog.
    pub num: i64,
    /// The site it belongs to.
    pub site: i64,
    /// Id on the wire.
    pub id: String,
    /// Number of the folder it is in; none: a root.
    pub parent: Option<i64>,
    /// Wire id of the folder it is in; empty for a root.
    pub parent_id: String,
    /// Which tree it is in.
    pub root: Root,
    /// For people.
    pub name: String,
    /// When it was made.
    pub created: i64,
    /// When its name or place last changed.
    pub updated: i64,
    /// When it went to the trash by itself, not within another folder.
    pub trashed: Option<i64>,
    /// Counts its events.
    pub revision: i64,
    /// What its row says of the tree; its contents are stamped alike.
    pub(crate) stamp: Root,
    /// Levels of folders below it.
    pub(crate) height: i64,
}

impl Folder {
    /// Whether it is one of the fixed folders that trees begin with.
    pub fn is_root(&self) -> bool {
        self.parent.is_none()
    }
}

const COLUMNS: &str = "d.num, d.site, d.id, d.parent, p.id, d.root, d.name, d.created, d.updated, d.trashed, d.revision, d.height";
const SOURCE: &str = "folders d LEFT JOIN folders p ON p.num = d.parent";

fn folder(row: &Row<'_>) -> Result<Folder> {
    let stamp = Root::from_num(row.get(5)?);
    Ok(Folder {
        num: row.get(0)?,
        site: row.get(1)?,
        id: row.get(2)?,
        parent: row.get(3)?,
        parent_id: row.get::<Option<String>>(4)?.unwrap_or_default(),
        root: stamp,
        name: row.get(6)?,
        created: row.get(7)?,
        updated: row.get(8)?,
        trashed: row.get(9)?,
        revision: row.get(10)?,
        stamp,
        height: row.get(11)?,
    })
}

/// What breaks the ties of lists: the 16 bytes in an id.
fn unique(id: &str) -> [u8; 16] {
    let hex = (id.len() == 32).then(|| u128::from_str_radix(id, 16).ok()).flatten();
    hex.map(u128::to_be_bytes).unwrap_or_else(|| {
        // A folder under a name of ours.
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(id.bytes()).for_each(|(byte, of_id)| *byte = of_id);
        bytes
    })
}

pub(crate) fn create_root(tx: &Tx<'_>, site: i64, root: Root, now: i64) -> Result<()> {
    let sql = "INSERT INTO folders (site, id, root, name, created, updated) VALUES (?1, ?2, ?3, ?2, ?4, ?4)";
    tx.execute(sql, values![site, root.folder_id(), root as i64, now])?;
    Ok(())
}

/// Adds a folder where there is room for it.
pub(super) fn insert(tx: &Tx<'_>, parent: &Folder, id: &str, name: &str, now: i64) -> Result<Folder> {
    let sql =
        "INSERT INTO folders (site, id, parent, root, name, created, updated, uid, facet, name_key, haystack)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10)";
    let (stamp, facet, key, text) =
        (parent.stamp as i64, Facet::FOLDER.num(), name_key(name), haystack(name, &[]));
    let num = tx.insert(
        sql,
        values![parent.site, id, parent.num, stamp, name, now, &unique(id), facet, &key, &text],
    )?;
    by_num(tx, num)
}

/// Fills what lists go by, for folders that were made before there were lists of them.
pub(crate) fn fill_keys(tx: &Tx<'_>) -> Result<()> {
    let sql = "SELECT num, id, name FROM folders WHERE parent IS NOT NULL";
    let all: Vec<(i64, String, String)> =
        tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    for (num, id, name) in &all {
        let sql = "UPDATE folders SET uid = ?2, facet = ?3, name_key = ?4, haystack = ?5 WHERE num = ?1";
        let (key, text) = (name_key(name), haystack(name, &[]));
        tx.execute(sql, values![*num, &unique(id), Facet::FOLDER.num(), &key, &text])?;
    }
    for (num, ..) in &all {
        super::change::raise(tx, *num)?;
    }
    Ok(())
}

/// The folder of a site with this wire id; roots have one too. What is gone isn't found.
pub fn by_id(tx: &Tx<'_>, site: i64, id: &str) -> Result<Option<Folder>> {
    let sql = format!("SELECT {COLUMNS} FROM {SOURCE} WHERE d.site = ?1 AND d.id = ?2 AND d.root < 3");
    let Some(found) = tx.first(&sql, values![site, id], folder)? else { return Ok(None) };
    Ok(Some(in_its_tree(tx, found)?).filter(|folder| folder.root != Root::Gone))
}

/// The folder with this number.
pub(crate) fn by_num(tx: &Tx<'_>, num: i64) -> Result<Folder> {
    let sql = format!("SELECT {COLUMNS} FROM {SOURCE} WHERE d.num = ?1");
    in_its_tree(tx, tx.one(&sql, values![num], folder)?)
}

/// The root folder of a tree.
pub(crate) fn root(tx: &Tx<'_>, site: i64, root: Root) -> Result<Folder> {
    let sql = format!("SELECT {COLUMNS} FROM {SOURCE} WHERE d.site = ?1 AND d.id = ?2");
    tx.one(&sql, values![site, root.folder_id()], folder)
}

fn in_its_tree(tx: &Tx<'_>, found: Folder) -> Result<Folder> {
    let root = Ways::new(tx, found.site)?.root_of(found.num, found.stamp)?;
    Ok(Folder { root, ..found })
}

/// A page of folders.
#[derive(Debug, Clone)]
pub struct Page {
    /// In the order asked for.
    pub folders: Vec<Folder>,
    /// Where the next page starts, if there is one.
    pub next: Option<Position>,
    /// Where the page before ends, if there is one.
    pub prev: Option<Position>,
}

/// Finds a page of folders.
pub fn page(tx: &Tx<'_>, find: &Find) -> Result<Page> {
    let found = find::hits(tx, find, find::Of::Folders)?;
    let folders = found.nums.iter().map(|num| by_num(tx, *num)).collect::<Result<_>>()?;
    Ok(Page { folders, next: found.next, prev: found.prev })
}
