//! Users of this system, and their roles on sites.

use std::collections::BTreeMap;

use contract::access::Role;

use crate::error::{Error, Result};
use crate::grants::{self, Grant};
use crate::sites::{self, Site};
use crate::tx::{Row, Tx, values};
use crate::versions::Topic;

/// A user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Number in this catalog.
    pub num: i64,
    /// Id on the wire, a UUID.
    pub id: String,
    /// In lower case.
    pub email: String,
    /// For people.
    pub name: String,
    /// Hash of the password; none: signs in elsewhere only.
    pub password: Option<String>,
    /// When it was made.
    pub created: i64,
}

const COLUMNS: &str = "num, id, email, name, password, created";

fn user(row: &Row<'_>) -> Result<User> {
    Ok(User {
        num: row.get(0)?,
        id: row.get(1)?,
        email: row.get(2)?,
        name: row.get(3)?,
        password: row.get(4)?,
        created: row.get(5)?,
    })
}

/// Makes a user and gives it its number. A taken e-mail is a conflict.
pub fn create(tx: &Tx<'_>, user: &User) -> Result<i64> {
    let sql = "INSERT INTO users (id, email, name, password, created) VALUES (?1, ?2, ?3, ?4, ?5)";
    let values = values![&user.id, &user.email, &user.name, user.password.as_deref(), user.created];
    tx.insert(sql, values)
}

/// The user with this e-mail, in lower case.
pub fn by_email(tx: &Tx<'_>, email: &str) -> Result<Option<User>> {
    tx.first(&format!("SELECT {COLUMNS} FROM users WHERE email = ?1"), values![email], user)
}

/// The user with this id.
pub fn by_id(tx: &Tx<'_>, id: &str) -> Result<Option<User>> {
    tx.first(&format!("SELECT {COLUMNS} FROM users WHERE id = ?1"), values![id], user)
}

pub(crate) fn by_num(tx: &Tx<'_>, num: i64) -> Result<Option<User>> {
    tx.first(&format!("SELECT {COLUMNS} FROM users WHERE num = ?1"), values![num], user)
}

/// All users, oldest first; those with a role on one site, or on a folder of it, or all.
pub fn list(tx: &Tx<'_>, site: Option<i64>) -> Result<Vec<User>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users u
         WHERE ?1 IS NULL OR EXISTS (SELECT 1 FROM user_roles WHERE user_num = u.num AND site = ?1)
            OR EXISTS (SELECT 1 FROM folder_grants g JOIN folders d ON d.num = g.folder
                       WHERE g.user_num = u.num AND d.site = ?1) ORDER BY num"
    );
    tx.query(&sql, values![site], user)
}

/// Removes a user with its roles and sessions.
pub fn remove(tx: &Tx<'_>, num: i64) -> Result<()> {
    tx.touch(Topic::Keys);
    tx.execute("DELETE FROM users WHERE num = ?1", values![num])?;
    Ok(())
}

/// Changes the hash of a password.
pub fn set_password(tx: &Tx<'_>, num: i64, password: &str) -> Result<()> {
    tx.execute("UPDATE users SET password = ?2 WHERE num = ?1", values![num, password])?;
    Ok(())
}

/// What a user may do on one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolesOnSite {
    /// The site.
    pub site: Site,
    /// On all of it.
    pub role: Option<Role>,
    /// On folders of it.
    pub folders: Vec<Grant>,
}

/// The sites on which a user has a role, or one on some folder, oldest first.
pub fn roles(tx: &Tx<'_>, num: i64) -> Result<Vec<RolesOnSite>> {
    let found = tx.query("SELECT site, role FROM user_roles WHERE user_num = ?1", values![num], |row| {
        Ok((row.get::<i64>(0)?, role(row.text(1)?)?))
    })?;
    let mut of_sites: BTreeMap<i64, (Option<Role>, Vec<Grant>)> =
        found.into_iter().map(|(site, role)| (site, (Some(role), Vec::new()))).collect();
    for grant in grants::of_user(tx, num, None)? {
        of_sites.entry(grant.folder.site).or_default().1.push(grant);
    }
    let of_site =
        |(num, (role, folders))| Ok(sites::by_num(tx, num)?.map(|site| RolesOnSite { site, role, folders }));
    of_sites.into_iter().filter_map(|found| of_site(found).transpose()).collect()
}

/// The role of a user on one site.
pub fn role_on(tx: &Tx<'_>, num: i64, site: i64) -> Result<Option<Role>> {
    let sql = "SELECT role FROM user_roles WHERE user_num = ?1 AND site = ?2";
    tx.first(sql, values![num, site], |row| role(row.text(0)?))
}

pub(crate) fn role(name: &str) -> Result<Role> {
    Role::by_name(name).ok_or_else(|| Error::Corrupt(format!("there is no role `{name}`")))
}

/// Gives a user a role on a site, instead of the one that it had there.
pub fn grant(tx: &Tx<'_>, num: i64, site: i64, role: Role) -> Result<()> {
    let sql = "INSERT INTO user_roles (user_num, site, role) VALUES (?1, ?2, ?3)
               ON CONFLICT (user_num, site) DO UPDATE SET role = ?3";
    tx.touch(Topic::Keys);
    tx.execute(sql, values![num, site, role.name()])?;
    Ok(())
}

/// Takes a user's role on a site away; `false` when there was none.
pub fn revoke(tx: &Tx<'_>, num: i64, site: i64) -> Result<bool> {
    tx.touch(Topic::Keys);
    let sql = "DELETE FROM user_roles WHERE user_num = ?1 AND site = ?2";
    Ok(tx.execute(sql, values![num, site])? == 1)
}

/// The user whom an OpenID provider knows as `subject`.
pub fn by_subject(tx: &Tx<'_>, issuer: &str, subject: &str) -> Result<Option<User>> {
    let sql = "SELECT user_num FROM user_subjects WHERE issuer = ?1 AND subject = ?2";
    match tx.first(sql, values![issuer, subject], |row| row.get(0))? {
        Some(num) => by_num(tx, num),
        None => Ok(None),
    }
}

/// Whether some subject of this provider is the user already.
pub fn has_subject(tx: &Tx<'_>, num: i64, issuer: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM user_subjects WHERE user_num = ?1 AND issuer = ?2";
    Ok(tx.first(sql, values![num, issuer], |row| row.get::<i64>(0))?.is_some())
}

/// Remembers whom an OpenID provider means by `subject`.
pub fn bind_subject(tx: &Tx<'_>, num: i64, issuer: &str, subject: &str) -> Result<()> {
    let sql = "INSERT INTO user_subjects (issuer, subject, user_num) VALUES (?1, ?2, ?3)";
    tx.execute(sql, values![issuer, subject, num])?;
    Ok(())
}
