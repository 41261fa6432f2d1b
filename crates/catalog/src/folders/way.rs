//! The way up from a folder: what stands in for stamps while they are behind.

use std::cell::RefCell;
use std::collections::HashMap;

use super::DEEPEST;
use super::record::Root;
use crate::error::{Error, Result};
use crate::tx::{Tx, values};

/// Whether every row of a site is stamped with the tree that it is in.
pub fn is_settled(tx: &Tx<'_>, site: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM unsettled WHERE site = ?1 LIMIT 1";
    Ok(tx.first(sql, values![site], |row| row.get::<i64>(0))?.is_none())
}

/// Whether every row of every site is.
pub fn is_all_settled(tx: &Tx<'_>) -> Result<bool> {
    Ok(tx.first("SELECT 1 FROM unsettled LIMIT 1", &[], |row| row.get::<i64>(0))?.is_none())
}

/// Which trees folders of one site are in, as cheap to ask as it can be.
pub(crate) struct Ways<'a> {
    tx: &'a Tx<'a>,
    settled: bool,
    known: RefCell<HashMap<i64, Root>>,
}

impl<'a> Ways<'a> {
    pub(crate) fn new(tx: &'a Tx<'a>, site: i64) -> Result<Ways<'a>> {
        Ok(Ways { tx, settled: is_settled(tx, site)?, known: RefCell::default() })
    }

    /// Whether stamps are right, so that nobody needs to ask.
    pub(crate) fn settled(&self) -> bool {
        self.settled
    }

    /// The tree that a folder is in, which is stamped with `stamp`. One without a row is gone.
    pub(crate) fn root_of(&self, folder: i64, stamp: Root) -> Result<Root> {
        if self.settled {
            return Ok(stamp);
        }
        let mut passed = Vec::new();
        let mut at = folder;
        let root = loop {
            if let Some(root) = self.known.borrow().get(&at) {
                break *root;
            }
            passed.push(at);
            match step(self.tx, at)? {
                Some((Some(parent), _)) => at = parent,
                Some((None, root)) => break root,
                None => break Root::Gone,
            }
        };
        self.known.borrow_mut().extend(passed.into_iter().map(|num| (num, root)));
        Ok(root)
    }
}

/// The folder that a folder is in, and its stamp; `None` when it has no row any more.
fn step(tx: &Tx<'_>, num: i64) -> Result<Option<(Option<i64>, Root)>> {
    let sql = "SELECT parent, root FROM folders WHERE num = ?1";
    tx.first(sql, values![num], |row| Ok((row.get(0)?, Root::from_num(row.get(1)?))))
}

/// The numbers of a folder and all that it is in, from the inside out, up to the root.
pub fn path(tx: &Tx<'_>, folder: i64) -> Result<Vec<i64>> {
    let mut passed = vec![folder];
    let mut at = folder;
    while let Some((Some(parent), _)) = step(tx, at)? {
        if passed.len() as i64 > DEEPEST + 1 {
            return Err(Error::Corrupt("a folder lies too deep, or in itself".into()));
        }
        passed.push(parent);
        at = parent;
    }
    Ok(passed)
}

/// Steps of a way that are taken at the most. In the trash a way may be longer than the tree is deep: each folder on it
/// may have gone there by itself.
const FARTHEST: usize = 1000;

/// Which folders are some chosen ones or lie below them, as cheap to ask as it can be. What is in the trash lies where it
/// came from.
pub struct Within<'a> {
    tx: &'a Tx<'a>,
    chosen: &'a [i64],
    known: RefCell<HashMap<i64, bool>>,
}

impl<'a> Within<'a> {
    /// Those within `chosen`, which are numbers of folders.
    pub fn new(tx: &'a Tx<'a>, chosen: &'a [i64]) -> Within<'a> {
        Within { tx, chosen, known: RefCell::default() }
    }

    /// Whether a folder is one of them.
    pub fn holds(&self, folder: i64) -> Result<bool> {
        let mut passed = Vec::new();
        let mut at = Some(folder);
        let holds = loop {
            let Some(num) = at.filter(|_| passed.len() < FARTHEST) else { break false };
            if let Some(known) = self.known.borrow().get(&num) {
                break *known;
            }
            passed.push(num);
            if self.chosen.contains(&num) {
                break true;
            }
            let sql = "SELECT COALESCE(came_from, parent) FROM folders WHERE num = ?1";
            at = self.tx.one(sql, values![num], |row| row.get(0))?;
        };
        self.known.borrow_mut().extend(passed.into_iter().map(|num| (num, holds)));
        Ok(holds)
    }
}

/// Levels below the root.
pub(super) fn depth(tx: &Tx<'_>, folder: i64) -> Result<i64> {
    Ok(path(tx, folder)?.len() as i64 - 1)
}
