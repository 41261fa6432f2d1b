//! Stamps brought up to date, folder by folder.
//!
//! A folder is unsettled when something in it may be stamped otherwise than it should be. Two rules keep that true: what
//! comes into a folder is stamped as its row is, and a folder whose stamp differs from that of the one it is in is
//! unsettled. So a folder can be settled by looking at nothing but itself, the one that it is in, and those right in it,
//! whatever moves meanwhile; and when none is unsettled, every stamp is right.

use super::record::Root;
use crate::error::Result;
use crate::files::{self, Buried};
use crate::grants;
use crate::search::retire_folder;
use crate::tx::{Tx, values};

/// What a step of settling came to.
#[derive(Debug, Default)]
pub struct Settled {
    /// Files that were deleted for good, with the bytes that are left to remove.
    pub buried: Vec<Buried>,
    /// Whether anything is left to settle.
    pub more: bool,
}

/// Notes that a folder's stamp, or that of something in it, may be wrong.
pub(super) fn unsettle(tx: &Tx<'_>, site: i64, folder: i64) -> Result<()> {
    let sql = "INSERT INTO unsettled (folder, site) VALUES (?1, ?2) ON CONFLICT (folder) DO NOTHING";
    tx.execute(sql, values![folder, site])?;
    Ok(())
}

/// Settles as much as changing about `most` rows allows.
pub fn settle(tx: &Tx<'_>, most: usize) -> Result<Settled> {
    let mut settled = Settled::default();
    let mut left = most as i64;
    loop {
        // The last noted first: what is gone is removed from the leaves on.
        let sql = "SELECT d.num, d.site, d.root, p.root FROM unsettled u JOIN folders d ON d.num = u.folder
                   JOIN folders p ON p.num = d.parent ORDER BY u.seq DESC LIMIT 1";
        let next = tx.first(sql, &[], |row| {
            Ok(Unsettled { num: row.get(0)?, site: row.get(1)?, stamp: row.get(2)?, right: row.get(3)? })
        })?;
        let Some(folder) = next else { return Ok(settled) };
        if left <= 0 {
            settled.more = true;
            return Ok(settled);
        }
        left -= 1 + if folder.right == Root::Gone as i64 {
            folder.remove(tx, left, &mut settled.buried)?
        } else {
            folder.stamp(tx, left)?
        };
    }
}

struct Unsettled {
    num: i64,
    site: i64,
    /// What it is stamped with.
    stamp: i64,
    /// What it should be stamped with: what the folder that it is in is.
    right: i64,
}

impl Unsettled {
    /// Stamps the folder and what is right in it; how many rows that was.
    fn stamp(&self, tx: &Tx<'_>, most: i64) -> Result<i64> {
        self.stamp_itself(tx)?;
        let sql = "UPDATE files SET root = ?2 WHERE num IN
                     (SELECT f.num FROM files f WHERE f.parent = ?1 AND f.root < ?2
                      UNION ALL SELECT f.num FROM files f WHERE f.parent = ?1 AND f.root > ?2 LIMIT ?3)";
        let files = tx.execute(sql, values![self.num, self.right, most])? as i64;
        let folders = self.pass_on(tx, most)?;
        if files < most && folders < most {
            self.done(tx)?;
        }
        Ok(files + folders)
    }

    fn stamp_itself(&self, tx: &Tx<'_>) -> Result<()> {
        if self.stamp != self.right {
            tx.execute("UPDATE folders SET root = ?2 WHERE num = ?1", values![self.num, self.right])?;
        }
        Ok(())
    }

    /// Unsettles those right in the folder that are stamped otherwise than it is to be.
    fn pass_on(&self, tx: &Tx<'_>, most: i64) -> Result<i64> {
        let sql = "INSERT INTO unsettled (folder, site)
                     SELECT d.num, ?3 FROM folders d WHERE d.parent = ?1 AND d.root <> ?2
                       AND NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.folder = d.num) LIMIT ?4";
        Ok(tx.execute(sql, values![self.num, self.right, self.site, most])? as i64)
    }

    /// Puts those right in the folder before it in the order of what is to be settled.
    fn first_those_below(&self, tx: &Tx<'_>, most: i64) -> Result<i64> {
        let below = "SELECT d.num FROM folders d WHERE d.parent = ?1 ORDER BY d.height LIMIT ?2";
        tx.execute(&format!("DELETE FROM unsettled WHERE folder IN ({below})"), values![self.num, most])?;
        let sql = format!("INSERT INTO unsettled (folder, site) SELECT b.num, ?3 FROM ({below}) b");
        Ok(tx.execute(&sql, values![self.num, most, self.site])? as i64)
    }

    /// Deletes for good what is right in the folder, and the folder once it is empty; how many rows that was.
    fn remove(&self, tx: &Tx<'_>, most: i64, buried: &mut Vec<Buried>) -> Result<i64> {
        self.stamp_itself(tx)?;
        let files = files::right_in(tx, self.num, most)?;
        let mut rows = files.len() as i64;
        for file in files {
            buried.push(files::bury(tx, &file)?);
        }
        // Those below go before it does.
        rows += self.first_those_below(tx, most)?;
        for table in ["files", "folders"] {
            let sql = format!(
                "UPDATE {table} SET came_from = NULL WHERE num IN
                   (SELECT t.num FROM {table} t WHERE t.came_from = ?1 LIMIT ?2)"
            );
            rows += tx.execute(&sql, values![self.num, most])? as i64;
        }
        if rows == 0 {
            self.done(tx)?;
            retire_folder(tx, self.num)?;
            grants::forget(tx, self.num)?;
            tx.execute("DELETE FROM folders WHERE num = ?1", values![self.num])?;
        }
        Ok(rows)
    }

    fn done(&self, tx: &Tx<'_>) -> Result<()> {
        tx.execute("DELETE FROM unsettled WHERE folder = ?1", values![self.num])?;
        Ok(())
    }
}
