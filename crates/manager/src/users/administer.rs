//! Administration of users, for the command line and the API alike.

use catalog::users::User;
use catalog::{Catalog, Tx, sessions, users};
use contract::access::Role;
use contract::errors::Code;
use contract::users::{SignedIn, SiteRole};
use contract::values::shortened;
use serde_json::{Value, json};
use uuid::Uuid;

use super::password;
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result, invalid, refused};
use crate::names;
use crate::sites::site;

/// A user to be made.
#[derive(Clone)]
pub struct NewUser {
    /// In upper or lower case.
    pub email: String,
    /// For people; the e-mail when absent.
    pub name: Option<String>,
    /// One is made when absent.
    pub password: Option<String>,
    /// A site, by its id, and what the user may do there.
    pub role: Option<(String, Role)>,
}

/// A user that was made.
pub struct Made {
    /// Names the user.
    pub id: String,
    /// The password, where none was given; nobody can show it again.
    pub password: Option<String>,
}

/// An e-mail as it is kept: what differs in case is the same.
pub(super) fn email(text: &str) -> Result<String> {
    let email = text.trim().to_lowercase();
    let plain = !email.chars().any(|c| c.is_control() || c.is_whitespace());
    match email.split_once('@') {
        Some((name, host)) if plain && !name.is_empty() && !host.is_empty() && email.len() <= 254 => {
            Ok(email)
        }
        _ => Err(invalid(Code::InvalidValue, "email", "`email` must be an e-mail address")),
    }
}

/// Makes a user.
pub async fn create(catalog: &Catalog, new: NewUser, by: Actor, now: i64) -> Result<Made> {
    let email = email(&new.email)?;
    let name = names::chosen("name", new.name.as_deref().unwrap_or(&email))?;
    let (given, made) = match new.password {
        Some(password) => (password, None),
        None => {
            let password = password::make();
            (password.clone(), Some(password))
        }
    };
    let hash = password::hash(given).await?;
    let created = catalog.write(move |tx| {
        if users::by_email(tx, &email)?.is_some() {
            let text = "a user with this e-mail exists already; grant a role to it instead";
            return Err(refused(Code::UserExists, text));
        }
        let mut user = User {
            num: 0,
            id: Uuid::new_v4().to_string(),
            email: email.clone(),
            name: name.clone(),
            password: Some(hash.clone()),
            created: now,
        };
        user.num = users::create(tx, &user)?;
        let mut on = None;
        if let Some((site_id, role)) = &new.role {
            let site = site(tx, site_id)?.num;
            users::grant(tx, user.num, site, *role)?;
            on = Some(site);
        }
        let detail = json!({ "email": user.email, "role": new.role.as_ref().map(|(_, role)| role.name()) });
        note(tx, on, Action::UserCreate, &user.id, detail, &by, now)?;
        Ok::<_, Error>(user.id)
    });
    Ok(Made { id: created.await?, password: made })
}

/// Users with what they may do where; those of one site, or all.
pub async fn list(catalog: &Catalog, site_id: Option<String>) -> Result<Vec<SignedIn>> {
    let listed = catalog.read(move |tx| {
        let only = site_id.as_deref().map(|id| site(tx, id)).transpose()?;
        let found = users::list(tx, only.map(|site| site.num))?;
        found.into_iter().map(|user| Ok::<_, Error>(signed_in(tx, user)?)).collect()
    });
    listed.await
}

/// Removes a user, by id or e-mail, with its sessions.
pub async fn remove(catalog: &Catalog, user: String, by: Actor, now: i64) -> Result<()> {
    let removed = catalog.write(move |tx| {
        let user = find(tx, &user)?;
        note(tx, None, Action::UserRemove, &user.id, json!({ "email": user.email }), &by, now)?;
        Ok(users::remove(tx, user.num)?)
    });
    removed.await
}

/// Changes a password and ends the user's sessions; the new password, where none was given.
pub async fn set_password(
    catalog: &Catalog,
    user: String,
    password: Option<String>,
    by: Actor,
    now: i64,
) -> Result<Option<String>> {
    let (given, made) = match password {
        Some(password) => (password, None),
        None => {
            let password = password::make();
            (password.clone(), Some(password))
        }
    };
    let hash = password::hash(given).await?;
    let changed = catalog.write(move |tx| {
        let user = find(tx, &user)?;
        users::set_password(tx, user.num, &hash)?;
        note(tx, None, Action::UserPassword, &user.id, Value::Null, &by, now)?;
        Ok::<_, Error>(sessions::end_all(tx, user.num)?)
    });
    changed.await.map(|()| made)
}

/// Gives a user a role on a site, instead of the one it had there.
pub async fn grant(
    catalog: &Catalog,
    user: String,
    site_id: String,
    role: Role,
    by: Actor,
    now: i64,
) -> Result<()> {
    let granted = catalog.write(move |tx| {
        let (user, site) = (find(tx, &user)?, site(tx, &site_id)?.num);
        note(tx, Some(site), Action::UserGrant, &user.id, json!({ "role": role.name() }), &by, now)?;
        Ok::<_, Error>(users::grant(tx, user.num, site, role)?)
    });
    granted.await
}

/// Takes a user's role on a site away.
pub async fn revoke(catalog: &Catalog, user: String, site_id: String, by: Actor, now: i64) -> Result<()> {
    let revoked = catalog.write(move |tx| {
        let (found, site) = (find(tx, &user)?, site(tx, &site_id)?);
        match users::revoke(tx, found.num, site.num)? {
            true => note(tx, Some(site.num), Action::UserRevoke, &found.id, Value::Null, &by, now),
            false => Err(no_such_user(&user)),
        }
    });
    revoked.await
}

/// The user with this id or e-mail.
fn find(tx: &Tx<'_>, user: &str) -> Result<User> {
    let found = match user.contains('@') {
        true => users::by_email(tx, &email(user)?)?,
        false => users::by_id(tx, user)?,
    };
    found.ok_or_else(|| no_such_user(user))
}

pub(super) fn no_such_user(user: &str) -> Error {
    refused(Code::UserNotFound, format!("there is no user `{}` here; list those there are", shortened(user)))
}

/// A user with what it may do where.
pub(super) fn signed_in(tx: &Tx<'_>, user: User) -> catalog::Result<SignedIn> {
    let sites = users::roles(tx, user.num)?.into_iter();
    Ok(SignedIn {
        user_id: user.id,
        email: user.email,
        name: user.name,
        sites: sites.map(|(site, role)| SiteRole { site_id: site.id, site_name: site.name, role }).collect(),
    })
}
