//! Administration of users by a caller of the API, for the caller's own site: nobody gives, changes or takes away more than
//! they may do themselves.

use catalog::users::User;
use catalog::{Tx, users};
use contract::access::Role;
use contract::errors::Code;
use contract::files::EmptyReply;
use contract::users as wire;
use contract::values::Timestamp;
use serde_json::{Value, json};

use super::administer::{self, NewUser, email, no_such_user};
use crate::Manager;
use crate::access::{Caller, may_give_role};
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result, refused};

/// Gives a user of this server a role on the caller's site, or makes one.
pub async fn add(
    manager: Manager,
    caller: Caller,
    request: wire::AddUserRequest,
) -> Result<wire::AddUserReply> {
    let (account, role) = (email(&request.email.unwrap_or_default())?, request.role.unwrap_or(Role::Viewer));
    allowed(&caller, role)?;
    let (site, named, has_password) = (caller.site, account.clone(), request.password.is_some());
    let (by, now) = (Actor::from(&caller), manager.now());
    let doer = by.clone();
    let granted = manager.catalog().write(move |tx| {
        let Some(user) = users::by_email(tx, &named)? else { return Ok(None) };
        // Whoever administers one site has no say in how somebody signs in to others.
        if has_password || users::role_on(tx, user.num, site)?.is_some() {
            let text =
                "the user exists already: leave out `password` to give a role, and change one that was given";
            return Err(refused(Code::UserExists, text));
        }
        users::grant(tx, user.num, site, role)?;
        note(tx, Some(site), Action::UserGrant, &user.id, json!({ "role": role.name() }), &doer, now)?;
        Ok::<_, Error>(Some(user.id))
    });
    if let Some(user_id) = granted.await? {
        return Ok(wire::AddUserReply { user_id, password: None });
    }
    let new = NewUser {
        email: account,
        name: request.name.filter(|name| !name.trim().is_empty()),
        password: request.password,
        role: Some((caller.site_id, role)),
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
        let shown = |user: User| -> Result<Option<wire::SiteUser>> {
            let role = users::role_on(tx, user.num, site)?;
            Ok(role.map(|role| wire::SiteUser {
                user_id: user.id,
                email: user.email,
                name: user.name,
                role,
                created_date: Timestamp { millis: user.created },
            }))
        };
        users::list(tx, Some(site))?.into_iter().filter_map(|user| shown(user).transpose()).collect()
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

/// Takes a user's role on the caller's site away.
pub async fn remove(
    manager: Manager,
    caller: Caller,
    request: wire::RemoveUserRequest,
) -> Result<EmptyReply> {
    let id = request.user_id.unwrap_or_default();
    let (by, now) = (Actor::from(&caller), manager.now());
    let removed = manager.catalog().write(move |tx| {
        let num = within_reach(tx, &caller, &id)?;
        users::revoke(tx, num, caller.site)?;
        note(tx, Some(caller.site), Action::UserRevoke, &id, Value::Null, &by, now)?;
        Ok::<_, Error>(EmptyReply {})
    });
    removed.await
}

/// A user of the caller's site who may do no more than the caller.
fn within_reach(tx: &Tx<'_>, caller: &Caller, id: &str) -> Result<i64> {
    let user = users::by_id(tx, id)?.ok_or_else(|| no_such_user(id))?;
    let role = users::role_on(tx, user.num, caller.site)?.ok_or_else(|| no_such_user(id))?;
    allowed(caller, role)?;
    Ok(user.num)
}

fn allowed(caller: &Caller, role: Role) -> Result<()> {
    if may_give_role(caller, role) {
        return Ok(());
    }
    let text = format!("the role {} may do more than the caller may", role.name());
    Err(refused(Code::PermissionDenied, text))
}
