//! Folders made, renamed and moved.

use super::record::{Folder, Root, by_id, by_num, insert, root};
use super::settle::unsettle;
use super::way::{depth, path};
use super::{DEEPEST, LONGEST_NAME};
use crate::error::Result;
use crate::fold::{composed, name_key};
use crate::search::{haystack, retire_folder};
use crate::tx::{Tx, values};

/// Why a folder can't be where it was asked to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Another folder there has the name.
    Taken,
    /// It, or one below it, would lie deeper than [`DEEPEST`].
    TooDeep,
    /// It would lie in itself.
    Cycle,
}

/// Makes a folder.
pub fn create(
    tx: &Tx<'_>,
    parent: &Folder,
    id: &str,
    name: &str,
    now: i64,
) -> Result<Result<Folder, Refusal>> {
    let name = &composed(name);
    if child(tx, parent.num, name)?.is_some() {
        return Ok(Err(Refusal::Taken));
    }
    if depth(tx, parent.num)? >= DEEPEST {
        return Ok(Err(Refusal::TooDeep));
    }
    let made = insert(tx, parent, id, name, now)?;
    raise(tx, made.num)?;
    Ok(Ok(made))
}

/// A folder and, from the outside in, those that were made on the way to it.
pub type Ensured = (Folder, Vec<Folder>);

/// The folder at the end of `names` below `start`, made where it is missing. `new_id` gives the id of each new folder.
pub fn ensure_path(
    tx: &Tx<'_>,
    start: Folder,
    names: &[String],
    now: i64,
    new_id: impl Fn() -> String,
) -> Result<Result<Ensured, Refusal>> {
    let mut at = start;
    let mut made = Vec::new();
    for name in names {
        at = match child(tx, at.num, &composed(name))? {
            Some(found) => by_num(tx, found)?,
            None => match create(tx, &at, &new_id(), name, now)? {
                Ok(folder) => {
                    made.push(folder.clone());
                    folder
                }
                Err(refusal) => return Ok(Err(refusal)),
            },
        };
    }
    Ok(Ok((at, made)))
}

/// A folder under a fixed id, for files of one origin: made below the site's root when it is asked for first. `true`
/// when that was now. Where its name is taken, it gets a number behind it.
pub fn ensure_own(tx: &Tx<'_>, site: i64, id: &str, name: &str, now: i64) -> Result<(Folder, bool)> {
    if let Some(found) = by_id(tx, site, id)? {
        return Ok((found, false));
    }
    let start = root(tx, site, Root::Media)?;
    let made = insert(tx, &start, id, &free_name(tx, start.num, name)?, now)?;
    raise(tx, made.num)?;
    Ok((made, true))
}

/// What to change; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// A new name.
    pub name: Option<String>,
    /// A new folder to be in, with everything that it holds.
    pub parent: Option<Folder>,
}

/// Renames or moves a folder, and returns it as it is then. One that was in the trash comes back by being moved.
pub fn update(tx: &Tx<'_>, folder: &Folder, change: &Change, now: i64) -> Result<Result<Folder, Refusal>> {
    let name = &composed(change.name.as_ref().unwrap_or(&folder.name));
    let trashed = folder.trashed.filter(|_| change.parent.is_none());
    let parent = change.parent.as_ref().map(|parent| parent.num).or(folder.parent);
    if trashed.is_none()
        && let Some(parent) = parent
        && child(tx, parent, name)?.is_some_and(|other| other != folder.num)
    {
        return Ok(Err(Refusal::Taken));
    }
    if let Some(parent) = &change.parent {
        let way = path(tx, parent.num)?;
        if way.contains(&folder.num) {
            return Ok(Err(Refusal::Cycle));
        }
        if way.len() as i64 + folder.height > DEEPEST {
            return Ok(Err(Refusal::TooDeep));
        }
        put(tx, folder, parent, name, None)?;
    } else if *name != folder.name {
        rename(tx, folder.num, name)?;
    }
    // Two changes in one millisecond still move the date forward, so that a reader can tell them apart.
    let sql = "UPDATE folders SET updated = ?2, revision = revision + 1 WHERE num = ?1";
    tx.execute(sql, values![folder.num, now.max(folder.updated + 1)])?;
    Ok(Ok(by_num(tx, folder.num)?))
}

fn rename(tx: &Tx<'_>, folder: i64, name: &str) -> Result<()> {
    retire_folder(tx, folder)?;
    let sql = "UPDATE folders SET name = ?2, name_key = ?3, haystack = ?4, document = NULL WHERE num = ?1";
    tx.execute(sql, values![folder, name, &name_key(name), &haystack(name, &[])])?;
    Ok(())
}

/// Puts a folder into another under a name; `trashed` when that is the trash. What it holds comes along by itself.
pub(super) fn put(
    tx: &Tx<'_>,
    folder: &Folder,
    into: &Folder,
    name: &str,
    trashed: Option<i64>,
) -> Result<()> {
    // In one statement: the old name may be taken there, and the new one here.
    let sql = "UPDATE folders SET parent = ?2, came_from = ?3, trashed = ?4, name = ?5 WHERE num = ?1";
    let came_from = folder.parent.filter(|_| trashed.is_some());
    tx.execute(sql, values![folder.num, into.num, came_from, trashed, name])?;
    if name != folder.name {
        rename(tx, folder.num, name)?;
    }
    if let Some(left) = folder.parent {
        lower(tx, left)?;
    }
    raise(tx, folder.num)?;
    if folder.stamp != into.stamp {
        unsettle(tx, folder.site, folder.num)?;
    }
    Ok(())
}

/// The folder of this name in a folder; those in the trash have no right to theirs.
fn child(tx: &Tx<'_>, parent: i64, name: &str) -> Result<Option<i64>> {
    let sql = "SELECT num FROM folders WHERE parent = ?1 AND name = ?2 AND trashed IS NULL";
    tx.first(sql, values![parent, name], |row| row.get(0))
}

/// The name, with a number behind it where it is taken.
pub(super) fn free_name(tx: &Tx<'_>, parent: i64, name: &str) -> Result<String> {
    if child(tx, parent, name)?.is_none() {
        return Ok(name.to_owned());
    }
    // Many may have the name, so numbers are doubled until one is free, and the gap halved.
    let (mut taken, mut free) = (0, 1);
    while child(tx, parent, &numbered(name, free))?.is_some() {
        (taken, free) = (free, free * 2);
    }
    while free - taken > 1 {
        let middle = taken.midpoint(free);
        match child(tx, parent, &numbered(name, middle))? {
            Some(_) => taken = middle,
            None => free = middle,
        }
    }
    Ok(numbered(name, free))
}

/// The name with a number behind it, the name cut where both are too long.
fn numbered(name: &str, number: u64) -> String {
    let number = format!(" ({number})");
    let kept: String = name.chars().take(LONGEST_NAME - number.len()).collect();
    kept + &number
}

/// Tells those above how high the tree below them is, now that `folder` has come.
pub(super) fn raise(tx: &Tx<'_>, folder: i64) -> Result<()> {
    let mut at = folder;
    loop {
        let sql = "UPDATE folders SET height = (SELECT d.height FROM folders d WHERE d.num = ?1) + 1
                   WHERE num = (SELECT d.parent FROM folders d WHERE d.num = ?1)
                     AND height <= (SELECT d.height FROM folders d WHERE d.num = ?1) RETURNING num";
        match tx.first(sql, values![at], |row| row.get(0))? {
            Some(parent) => at = parent,
            None => return Ok(()),
        }
    }
}

/// The same, now that a folder has left `parent`.
pub(super) fn lower(tx: &Tx<'_>, parent: i64) -> Result<()> {
    let mut at = Some(parent);
    while let Some(num) = at {
        let sql = "UPDATE folders SET height = (SELECT COALESCE(MAX(c.height) + 1, 0) FROM folders c WHERE c.parent = ?1)
                   WHERE num = ?1 AND height > (SELECT COALESCE(MAX(c.height) + 1, 0) FROM folders c WHERE c.parent = ?1)
                   RETURNING parent";
        at = tx.first(sql, values![num], |row| row.get::<Option<i64>>(0))?.flatten();
    }
    Ok(())
}
