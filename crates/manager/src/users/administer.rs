//! Administration of users, for the command line and the API alike.

use catalog::folders::Root;
use catalog::grants::{self, Grant};
use catalog::users::User;
use catalog::{Catalog, Tx, sessions, users};
use contract::access::Role;
use contract::errors::Code;
use contract::users::{FolderRole, SignedIn, SiteRole};
use contract::values::shortened;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::password;
use crate::access::Reach;
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result, invalid, refused};
use crate::folders;
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
    /// Where the user may do what.
    pub role: Option<(Where, Role)>,
}

/// What a role is for.
#[derive(Debug, Clone)]
pub struct Where {
    /// Id of a site.
    pub site_id: String,
    /// Id of a folder of the site, with all that lies below it; none: the whole site.
    pub folder_id: Option<String>,
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
        if let Some((place, role)) = &new.role {
            on = Some(give(tx, user.num, place, *role)?);
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

/// Gives a user a role, instead of the one it had there.
pub async fn grant(
    catalog: &Catalog,
    user: String,
    place: Where,
    role: Role,
    by: Actor,
    now: i64,
) -> Result<()> {
    let granted = catalog.write(move |tx| {
        let user = find(tx, &user)?;
        let site = give(tx, user.num, &place, role)?;
        note(tx, Some(site), Action::UserGrant, &user.id, detail(Some(role), &place.folder_id), &by, now)
    });
    granted.await
}

/// Takes a user's role away: on a folder, or everything on a site, its folders included.
pub async fn revoke(catalog: &Catalog, user: String, place: Where, by: Actor, now: i64) -> Result<()> {
    let revoked = catalog.write(move |tx| {
        let (found, site) = (find(tx, &user)?, site(tx, &place.site_id)?);
        let had = match &place.folder_id {
            Some(id) => grants::revoke(tx, found.num, folder(tx, site.num, id)?)?,
            None => take_all(tx, found.num, site.num)?,
        };
        if !had {
            return Err(no_such_user(&user));
        }
        note(tx, Some(site.num), Action::UserRevoke, &found.id, detail(None, &place.folder_id), &by, now)
    });
    revoked.await
}

/// Gives a user a role; the number of the site.
pub(super) fn give(tx: &Tx<'_>, user: i64, place: &Where, role: Role) -> Result<i64> {
    let site = site(tx, &place.site_id)?.num;
    match &place.folder_id {
        Some(id) => give_on_folder(tx, user, site, id, role)?,
        None => users::grant(tx, user, site, role)?,
    }
    Ok(site)
}

/// What the audit log says of a role that was given, or taken away.
pub(super) fn detail(role: Option<Role>, folder_id: &Option<String>) -> Value {
    let role = role.map(|role| ("role".to_owned(), role.name().into()));
    let folder = folder_id.as_ref().map(|id| ("folderId".to_owned(), id.as_str().into()));
    match role.into_iter().chain(folder).collect::<Map<_, _>>() {
        nothing if nothing.is_empty() => Value::Null,
        detail => Value::Object(detail),
    }
}

/// Gives a user a role on a folder of a site. Who decides about others decides for a site.
pub(super) fn give_on_folder(tx: &Tx<'_>, user: i64, site: i64, id: &str, role: Role) -> Result<()> {
    if role == Role::Owner {
        let text = "nobody owns a folder: the role there is viewer, contributor or editor";
        return Err(invalid(Code::InvalidValue, "role", text));
    }
    Ok(grants::grant(tx, user, folder(tx, site, id)?, role)?)
}

/// Takes everything away that a user may do on a site; `false` when that was nothing.
pub(super) fn take_all(tx: &Tx<'_>, user: i64, site: i64) -> Result<bool> {
    Ok(users::revoke(tx, user, site)? | grants::revoke_all(tx, user, site)?)
}

/// The number of a folder of a site, live or in the trash. The trash itself is nobody's: each thing in it belongs to where it
/// came from.
pub(super) fn folder(tx: &Tx<'_>, site: i64, id: &str) -> Result<i64> {
    let found = folders::resolve(tx, &Reach::whole(site), id)?;
    if found.is_root() && found.root == Root::Trash {
        let text = "nobody has a role on the trash: what is in it belongs to where it came from";
        return Err(invalid(Code::InvalidValue, "folderId", text));
    }
    Ok(found.num)
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
    let sites = users::roles(tx, user.num)?.into_iter().map(|roles| SiteRole {
        site_id: roles.site.id,
        site_name: roles.site.name,
        role: roles.role,
        folders: roles.folders.into_iter().map(folder_role).collect(),
    });
    Ok(SignedIn { user_id: user.id, email: user.email, name: user.name, sites: sites.collect() })
}

pub(super) fn folder_role(grant: Grant) -> FolderRole {
    FolderRole { folder_id: grant.folder.id, folder_name: grant.folder.name, role: grant.role }
}
