//! Roles of users on folders. A role on a folder counts for all that lies below it, wherever the folder moves.

use contract::access::Role;

use crate::error::Result;
use crate::folders::{self, Folder, Root};
use crate::tx::{Tx, values};
use crate::users::role;
use crate::versions::Topic;

/// A role on a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The folder, live or in the trash.
    pub folder: Folder,
    /// What the user may do there.
    pub role: Role,
}

/// The folders on which a user has a role, on one site or on all, the oldest folder first.
pub fn of_user(tx: &Tx<'_>, user: i64, site: Option<i64>) -> Result<Vec<Grant>> {
    let sql = "SELECT g.folder, g.role FROM folder_grants g JOIN folders d ON d.num = g.folder
               WHERE g.user_num = ?1 AND (?2 IS NULL OR d.site = ?2) ORDER BY g.folder";
    let found = tx.query(sql, values![user, site], |row| Ok((row.get::<i64>(0)?, role(row.text(1)?)?)))?;
    let of_folder = |(num, role)| Ok(Grant { folder: folders::by_num(tx, num)?, role });
    let grants = found.into_iter().map(of_folder).collect::<Result<Vec<Grant>>>()?;
    Ok(grants.into_iter().filter(|grant| grant.folder.root != Root::Gone).collect())
}

/// The role of a user on a folder itself.
pub fn role_on(tx: &Tx<'_>, user: i64, folder: i64) -> Result<Option<Role>> {
    let sql = "SELECT role FROM folder_grants WHERE user_num = ?1 AND folder = ?2";
    tx.first(sql, values![user, folder], |row| role(row.text(0)?))
}

/// Gives a user a role on a folder, instead of the one that it had there.
pub fn grant(tx: &Tx<'_>, user: i64, folder: i64, role: Role) -> Result<()> {
    let sql = "INSERT INTO folder_grants (user_num, folder, role) VALUES (?1, ?2, ?3)
               ON CONFLICT (user_num, folder) DO UPDATE SET role = ?3";
    tx.touch(Topic::Keys);
    tx.execute(sql, values![user, folder, role.name()])?;
    Ok(())
}

/// Takes a user's role on a folder away; `false` when there was none.
pub fn revoke(tx: &Tx<'_>, user: i64, folder: i64) -> Result<bool> {
    tx.touch(Topic::Keys);
    let sql = "DELETE FROM folder_grants WHERE user_num = ?1 AND folder = ?2";
    Ok(tx.execute(sql, values![user, folder])? == 1)
}

/// Takes all roles of a user on folders of a site away; `false` when there were none.
pub fn revoke_all(tx: &Tx<'_>, user: i64, site: i64) -> Result<bool> {
    tx.touch(Topic::Keys);
    let sql = "DELETE FROM folder_grants WHERE user_num = ?1
                 AND EXISTS (SELECT 1 FROM folders d WHERE d.num = folder AND d.site = ?2)";
    Ok(tx.execute(sql, values![user, site])? > 0)
}

/// Takes all roles on a folder away, as its row goes: another may get its number.
pub(crate) fn forget(tx: &Tx<'_>, folder: i64) -> Result<()> {
    if tx.execute("DELETE FROM folder_grants WHERE folder = ?1", values![folder])? > 0 {
        tx.touch(Topic::Keys);
    }
    Ok(())
}
