//! Into the trash, back from it, and gone for good.

use contract::ids::FileId;

use super::record::{COLUMNS, FileRecord, SOURCE, assets, by_num, record};
use crate::error::{Error, Result};
use crate::folders::{self, Root};
use crate::tx::{Tx, values};
use crate::versions::Topic;
use crate::{contents, likeness, search, sites};

/// Moves a file to the trash and returns it as it is then; `None` when it is there already.
pub fn trash(tx: &Tx<'_>, file: &FileRecord, now: i64) -> Result<Option<FileRecord>> {
    if file.root == Root::Trash {
        return Ok(None);
    }
    tx.touch(Topic::File(&file.id));
    let bin = folders::root(tx, file.site, Root::Trash)?;
    let sql =
        "UPDATE files SET root = ?2, came_from = parent, parent = ?3, trashed = ?4, revision = revision + 1
               WHERE num = ?1";
    tx.execute(sql, values![file.num, Root::Trash as i64, bin.num, now])?;
    by_num(tx, file.num)
}

/// Puts a file back where it was, or into its site's root where that is gone; `None` when it isn't in the trash. One
/// that went there within a folder comes out alone.
pub fn restore(tx: &Tx<'_>, file: &FileRecord) -> Result<Option<FileRecord>> {
    if file.root != Root::Trash {
        return Ok(None);
    }
    tx.touch(Topic::File(&file.id));
    let sql = "SELECT came_from FROM files WHERE num = ?1";
    let old = tx.one(sql, values![file.num], |row| row.get::<Option<i64>>(0))?;
    let old = old.map(|num| folders::by_num(tx, num)).transpose()?;
    let into = match old.filter(|folder| folder.root < Root::Trash) {
        Some(folder) => folder,
        None => folders::root(tx, file.site, Root::Media)?,
    };
    let sql =
        "UPDATE files SET root = ?2, parent = ?3, came_from = NULL, trashed = NULL, revision = revision + 1
               WHERE num = ?1";
    tx.execute(sql, values![file.num, into.stamp as i64, into.num])?;
    by_num(tx, file.num)
}

/// The folder that a file lies in; for one in the trash by itself, the folder that it came from.
pub fn origin(tx: &Tx<'_>, num: i64) -> Result<i64> {
    tx.one("SELECT COALESCE(came_from, parent) FROM files WHERE num = ?1", values![num], |row| row.get(0))
}

/// A file that was deleted for good, and the bytes that are left to remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buried {
    /// Number in this catalog, for [`forget`].
    pub file: i64,
    /// Id on the wire.
    pub id: FileId,
    /// Keys in the storage.
    pub blobs: Vec<String>,
}

/// Deletes a file for good: from now on nothing finds or serves it, and it counts no more.
pub fn bury(tx: &Tx<'_>, file: &FileRecord) -> Result<Buried> {
    tx.touch(Topic::File(&file.id));
    search::retire(tx, file.num)?;
    contents::remove(tx, file.num)?;
    likeness::remove(tx, file)?;
    // Lists walk folders, so it leaves the one that it was in.
    let nowhere = folders::root(tx, file.site, Root::Gone)?;
    let sql = "UPDATE files SET root = ?2, parent = ?3, trashed = NULL, came_from = NULL, document = NULL
               WHERE num = ?1 AND root < 3";
    if tx.execute(sql, values![file.num, Root::Gone as i64, nowhere.num])? == 0 {
        return Err(Error::Conflict("the file is gone".into()));
    }
    sites::discharge(tx, file.site, file.size.max(0), 1)?;
    let blobs = assets(tx, file.num)?.into_iter().map(|asset| asset.blob).collect();
    Ok(Buried { file: file.num, id: file.id.clone(), blobs })
}

/// Removes the rows of a buried file, once its bytes are gone.
pub fn forget(tx: &Tx<'_>, num: i64) -> Result<()> {
    tx.execute("DELETE FROM files WHERE num = ?1 AND root = 3", values![num])?;
    Ok(())
}

/// Files that went to the trash before `before`, the oldest first, at most `most`.
pub fn expired_trash(tx: &Tx<'_>, before: i64, most: i64) -> Result<Vec<FileRecord>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {SOURCE} WHERE f.trashed IS NOT NULL AND f.trashed < ?1 ORDER BY f.trashed LIMIT ?2"
    );
    tx.query(&sql, values![before, most], record)
}
