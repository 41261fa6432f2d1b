//! Administration of users by a caller of the API, for the caller's own site: nobody gives, changes or takes away more than
//! they may do themselves.

use catalog::users::User;
use catalog::{Tx, grants, users};
use contract::access::Role;
use contract::errors::Code;
use contract::files::EmptyReply;
use contract::users as wire;
use contract::values::Timestamp;
use serde_json::{Value, json};

use super::administer::{
    self, NewUser, Where, detail, email, folder, folder_role, give, give_on_folder, no_such_user, take_all,
};
use crate::Manager;
use crate::access::{Caller, may_give_role, may_give_role_on_folders};
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result, refused};

/// Gives a user of this server a role on the caller's site or a folder of it, or makes one.
pub async fn add(
    manager: Manager,
    caller: Caller,
    request: wire::AddUserRequest,
) -> Result<wire::AddUserReply> {
    let (account, role) = (email(&request.email.unwrap_or_default())?, request.role.unwrap_or(Role::Viewer));
    let place = Where { site_id: caller.site_id.clone(), folder_id: request.folder_id };
    match place.folder_id {
        Some(_) => allowed_on_folders(&caller, role)?,
        None => allowed(&caller, role)?,
    }
    let (site, named, has_password) = (caller.site, account.clone(), request.password.is_some());
    let (by, now) = (Actor::from(&caller), manager.now());
    let doer = by.clone();
    let wanted = place.clone();
    let granted = manager.catalog().write(move |tx| {
        let Some(user) = users::by_email(tx, &named)? else { return Ok(None) };
        let has = match &wanted.folder_id {
            Some(id) => grants::role_on(tx, user.num, folder(tx, site, id)?)?,
            None => users::role_on(tx, user.num, site)?,
        };
        // Whoever administers one site has no say in how somebody signs in to others.
        if has_password || has.is_some() {
            let text =
                "the user exists already: leave out `password` to give a role, and change one that was given";
            return Err(refused(Code::UserExists, text));
        }
        give(tx, user.num, &wanted, role)?;
        let detail = detail(Some(role), &wanted.folder_id);
        note(tx, Some(site), Action::UserGrant, &user.id, detail, &doer, now)?;
        Ok::<_, Error>(Some(user.id))
    });
    if let Some(user_id) = granted.await? {
        return Ok(wire::AddUserReply { user_id, password: None });
    }
    let new = NewUser {
        email: account,
        name: request.name.filter(|name| !name.trim().is_empty()),
        password: request.password,
        role: Some((place, role)),
    };
    let made = administer::create(manager.catalog(), new, by, now).await?;
    Ok(wire::AddUserReply { user_id: made.id, password: made.password })
}

/// The users of the caller's site.
pub async fn list(
    manager: Manager,
    caller: Caller,
    _: wire::ListUsersRequest,
) -> Result<wire::ListUsersReply> {
    let site = caller.site;
    let listed = manager.catalog().read(move |tx| {
        let shown = |user: User| -> Result<wire::SiteUser> {
            Ok(wire::SiteUser {
                role: users::role_on(tx, user.num, site)?,
                folders: grants::of_user(tx, user.num, Some(site))?.into_iter().map(folder_role).collect(),
                user_id: user.id,
                email: user.email,
                name: user.name,
                created_date: Timestamp { millis: user.created },
            })
        };
        users::list(tx, Some(site))?.into_iter().map(shown).collect()
    });
    Ok(wire::ListUsersReply { users: listed.await? })
}

/// Changes what a user may do on the caller's site.
pub async fn update(
    manager: Manager,
    caller: Caller,
    request: wire::UpdateUserRequest,
) -> Result<EmptyReply> {
    let (id, role) = (request.user_id.unwrap_or_default(), request.role.unwrap_or(Role::Viewer));
    let (by, now) = (Actor::from(&caller), manager.now());
    let changed = manager.catalog().write(move |tx| {
        let num = within_reach(tx, &caller, &id)?;
        allowed(&caller, role)?;
        let detail = json!({ "role": role.name() });
        note(tx, Some(caller.site), Action::UserGrant, &id, detail, &by, now)?;
        Ok::<_, Error>(users::grant(tx, num, caller.site, role)?)
    });
    changed.await.map(|()| EmptyReply {})
}

/// Takes everything away that a user may do on the caller's site.
pub async fn remove(
    manager: Manager,
    caller: Caller,
    request: wire::RemoveUserRequest,
) -> Result<EmptyReply> {
    let id = request.user_id.unwrap_or_default();
    let (by, now) = (Actor::from(&caller), manager.now());
    let removed = manager.catalog().write(move |tx| {
        let num = within_reach(tx, &caller, &id)?;
        take_all(tx, num, caller.site)?;
        note(tx, Some(caller.site), Action::UserRevoke, &id, Value::Null, &by, now)?;
        Ok::<_, Error>(EmptyReply {})
    });
    removed.await
}

/// Gives a user of the caller's site a role on a folder, instead of the one it had there.
pub async fn grant_folder(
    manager: Manager,
    caller: Caller,
    request: wire::GrantFolderRequest,
) -> Result<EmptyReply> {
    let (id, folder_id) = (request.user_id.unwrap_or_default(), request.folder_id.unwrap_or_default());
    let role = request.role.unwrap_or(Role::Viewer);
    let (by, now) = (Actor::from(&caller), manager.now());
    let granted = manager.catalog().write(move |tx| {
        let num = within_reach(tx, &caller, &id)?;
        allowed_on_folders(&caller, role)?;
        give_on_folder(tx, num, caller.site, &folder_id, role)?;
        let detail = detail(Some(role), &Some(folder_id.clone()));
        note(tx, Some(caller.site), Action::UserGrant, &id, detail, &by, now)
    });
    granted.await.map(|()| EmptyReply {})
}

/// Takes a user's role on a folder away. One that the user doesn't have is no error.
pub async fn revoke_folder(
    manager: Manager,
    caller: Caller,
    request: wire::RevokeFolderRequest,
) -> Result<EmptyReply> {
    let (id, folder_id) = (request.user_id.unwrap_or_default(), request.folder_id.unwrap_or_default());
    let (by, now) = (Actor::from(&caller), manager.now());
    let revoked = manager.catalog().write(move |tx| {
        let num = within_reach(tx, &caller, &id)?;
        if grants::revoke(tx, num, folder(tx, caller.site, &folder_id)?)? {
            let detail = detail(None, &Some(folder_id.clone()));
            note(tx, Some(caller.site), Action::UserRevoke, &id, detail, &by, now)?;
        }
        Ok::<_, Error>(EmptyReply {})
    });
    revoked.await
}

/// A user of the caller's site who may do no more than the caller.
fn within_reach(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<i64> {
    let user = users::by_id(tx, id)?.ok_or_else(|| no_such_user(id))?;
    match users::role_on(tx, user.num, caller.site)? {
        Some(role) => allowed(caller, role)?,
        None if grants::of_user(tx, user.num, Some(caller.site))?.is_empty() => return Err(no_such_user(id)),
        None => {}
    }
    Ok(user.num)
}

fn allowed(caller: &Caller, role: Role) -> Result<()> {
    if_may(may_give_role(caller, role), role)
}

fn allowed_on_folders(caller: &Caller, role: Role) -> Result<()> {
    if_may(may_give_role_on_folders(caller, role), role)
}

fn if_may(may: bool, role: Role) -> Result<()> {
    if may {
        return Ok(());
    }
    let text = format!("the role {} may do more than the caller may", role.name());
    Err(refused(Code::PermissionDenied, text))
}
