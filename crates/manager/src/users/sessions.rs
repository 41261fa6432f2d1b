//! Sessions: a password or a code for a session token, until it is given back or ends.

use std::net::IpAddr;
use std::time::Duration;

use catalog::users::User;
use catalog::{sessions, users};
use contract::enums::IdentityType;
use contract::errors::Code;
use contract::files::EmptyReply;
use contract::users as wire;
use serde_json::Value;
use tokio::sync::Semaphore;

use super::administer::{email, signed_in};
use super::brake::Brake;
use super::password;
use crate::Manager;
use crate::access::{self, Known, known};
use crate::actor::{Actor, Origin};
use crate::audit::{Action, note};
use crate::error::{Error, Result, exhausted, internal, invalid, refused};

/// Passwords that are checked at a time: each takes a core and 19 MiB for a moment.
const AT_A_TIME: usize = 2;
/// How long an attempt waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who asks for a session, or has one.
#[derive(Clone)]
pub struct Visit {
    /// What stands in the `Authorization` header; empty when nothing does.
    pub secret: String,
    /// Where the request comes from.
    pub address: IpAddr,
    /// The request's id.
    pub request: Option<String>,
}

impl Visit {
    fn origin(&self) -> Origin {
        Origin { address: Some(self.address), request: self.request.clone() }
    }
}

/// What keeps sign-ins in check.
pub(crate) struct SignIns {
    brake: Brake,
    turns: Semaphore,
}

impl SignIns {
    pub(crate) fn new() -> SignIns {
        SignIns { brake: Brake::default(), turns: Semaphore::new(AT_A_TIME) }
    }
}

/// Begins a session for whoever knows a password, or brings a code.
pub async fn sign_in(
    manager: Manager,
    visit: Visit,
    request: wire::SignInRequest,
) -> Result<wire::SignInReply> {
    let now = manager.now();
    if let Some(code) = request.code {
        let hash = access::hash(&code);
        let user = manager.catalog().write(move |tx| sessions::take_code(tx, &hash, now)).await?;
        let user = user.ok_or_else(|| refused(Code::SignInFailed, "the code is unknown, used up or too old"));
        return begin(&manager, user?, None, &visit).await;
    }
    let needed = |field, value: Option<String>| {
        value.ok_or_else(|| invalid(Code::InvalidValue, field, format!("`{field}` is required")))
    };
    let (account, password) = (needed("email", request.email)?, needed("password", request.password)?);
    let account = email(&account)?;
    let checks = &manager.inner.sign_ins;
    checks.brake.press(&account, visit.address, now).map_err(|wait| {
        exhausted("too many attempts to sign in to this account or from this address have failed", wait)
    })?;
    let _turn = tokio::time::timeout(PATIENCE, checks.turns.acquire())
        .await
        .map_err(|_| exhausted("too many sign-ins are under way", PATIENCE))?
        .map_err(internal)?;
    let named = account.clone();
    let user = manager.catalog().read(move |tx| users::by_email(tx, &named)).await?;
    let hash = user.as_ref().and_then(|user| user.password.clone());
    if !password::verify(password, hash.clone()).await? {
        let by = Actor::unknown(visit.origin());
        let noted = manager
            .catalog()
            .write(move |tx| note(tx, None, Action::SignInFailed, &account, Value::Null, &by, now));
        noted.await?;
        return Err(wrong_password());
    }
    checks.brake.release(&account, visit.address);
    begin(&manager, user.ok_or_else(wrong_password)?, hash, &visit).await
}

fn wrong_password() -> Error {
    refused(Code::SignInFailed, "there is no user with this e-mail and password")
}

/// `hash` is what the password was compared with: when it was changed meanwhile, the old one begins nothing any more.
async fn begin(
    manager: &Manager,
    user: User,
    hash: Option<String>,
    visit: &Visit,
) -> Result<wire::SignInReply> {
    let token = access::new_secret("mms");
    let (secret, now) = (access::hash(&token), manager.now());
    let lifetime = manager.settings().access.session_lifetime;
    let expires = now + lifetime.as_millis() as i64;
    let by = Actor::user(&user.id, visit.origin());
    let began = manager.catalog().write(move |tx| {
        let user = users::by_id(tx, &user.id)?.ok_or_else(wrong_password)?;
        if hash.is_some() && user.password != hash {
            return Err(wrong_password());
        }
        sessions::create(tx, &secret, user.num, now, expires)?;
        note(tx, None, Action::SignIn, &user.id, Value::Null, &by, now)?;
        Ok::<_, Error>(signed_in(tx, user)?)
    });
    let user = began.await?;
    Ok(wire::SignInReply { session_token: token, expires_in: lifetime.as_secs() as i64, user })
}

/// Who is signed in.
pub async fn who(manager: Manager, visit: Visit, _: wire::SessionRequest) -> Result<wire::SessionReply> {
    let known = of_user(&manager, &visit).await?;
    let id = known.identity_id.clone();
    let found = manager.catalog().read(move |tx| match users::by_id(tx, &id)? {
        Some(user) => Ok::<_, Error>(Some(signed_in(tx, user)?)),
        None => Ok(None),
    });
    let user = found.await?;
    user.map(|user| wire::SessionReply { user })
        .ok_or_else(|| refused(Code::Unauthenticated, "the user is gone"))
}

/// Ends the session.
pub async fn sign_out(manager: Manager, visit: Visit, _: wire::SessionRequest) -> Result<EmptyReply> {
    let user = of_user(&manager, &visit).await?.identity_id.clone();
    let (hash, now) = (access::hash(&visit.secret), manager.now());
    let by = Actor::user(&user, visit.origin());
    let ended = manager.catalog().write(move |tx| {
        sessions::end(tx, &hash)?;
        note(tx, None, Action::SignOut, &user, Value::Null, &by, now)
    });
    ended.await?;
    Ok(EmptyReply {})
}

async fn of_user(manager: &Manager, visit: &Visit) -> Result<std::sync::Arc<Known>> {
    let known = known(manager, &visit.secret).await?;
    match known.identity {
        IdentityType::WixUser => Ok(known),
        _ => Err(refused(Code::PermissionDenied, "only users have sessions; keys and tokens have none")),
    }
}
