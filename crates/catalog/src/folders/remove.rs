//! Folders into the trash, back from it, and gone for good, each with everything that it holds.

use super::DEEPEST;
use super::change::{free_name, put};
use super::record::{Folder, Root, by_num, root};
use super::way::depth;
use crate::error::Result;
use crate::tx::{Tx, values};

/// Moves a folder to the trash and returns it as it is then; `None` when it is there already.
pub fn trash(tx: &Tx<'_>, folder: &Folder, now: i64) -> Result<Option<Folder>> {
    if folder.root == Root::Trash {
        return Ok(None);
    }
    put(tx, folder, &root(tx, folder.site, Root::Trash)?, &folder.name, Some(now))?;
    told(tx, folder.num).map(Some)
}

/// Puts a folder back where it was, or into its site's root where that is gone or too deep by now; `None` when it isn't
/// in the trash. One that went there within another comes out alone. Where its name is taken, it gets a number behind it.
pub fn restore(tx: &Tx<'_>, folder: &Folder) -> Result<Option<Folder>> {
    if folder.root != Root::Trash {
        return Ok(None);
    }
    let into = match old_place(tx, folder)? {
        Some(place) => place,
        None => root(tx, folder.site, Root::Media)?,
    };
    put(tx, folder, &into, &free_name(tx, into.num, &folder.name)?, None)?;
    told(tx, folder.num).map(Some)
}

/// Where a folder was before it went to the trash, if it can go back there.
fn old_place(tx: &Tx<'_>, folder: &Folder) -> Result<Option<Folder>> {
    let sql = "SELECT came_from FROM folders WHERE num = ?1";
    let Some(num) = tx.one(sql, values![folder.num], |row| row.get::<Option<i64>>(0))? else {
        return Ok(None);
    };
    let place = by_num(tx, num)?;
    let fits = place.root < Root::Trash && depth(tx, num)? + 1 + folder.height <= DEEPEST;
    Ok(Some(place).filter(|_| fits))
}

fn told(tx: &Tx<'_>, num: i64) -> Result<Folder> {
    tx.execute("UPDATE folders SET revision = revision + 1 WHERE num = ?1", values![num])?;
    by_num(tx, num)
}

/// Deletes a folder for good: from now on nothing finds it or what it holds. Rows and bytes go by [`super::settle`].
pub fn bury(tx: &Tx<'_>, folder: &Folder) -> Result<()> {
    tx.touch_files();
    // Its id for a name: many of one name may be gone together.
    put(tx, folder, &root(tx, folder.site, Root::Gone)?, &folder.id, None)
}

/// Folders that went to the trash before `before`, the oldest first, at most `most`.
pub fn expired_trash(tx: &Tx<'_>, before: i64, most: i64) -> Result<Vec<Folder>> {
    let sql = "SELECT num FROM folders WHERE trashed IS NOT NULL AND trashed < ?1 ORDER BY trashed LIMIT ?2";
    let found: Vec<i64> = tx.query(sql, values![before, most], |row| row.get(0))?;
    found.into_iter().map(|num| by_num(tx, num)).collect()
}
