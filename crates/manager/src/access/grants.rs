//! The token endpoints: an app's secret, or a token, for another token (RFC 6749, CONTRACT 8).

use catalog::keys::{self, ApiKey};
use catalog::sites::Site;
use contract::access::{
    MintReply, MintRequest, Minted, SubjectType, TokenInfo, TokenInfoRequest, TokenReply, TokenRequest,
};
use contract::enums::IdentityType;
use contract::errors::Code;
use serde_json::json;
use uuid::Uuid;

use super::Caller;
use super::authenticate::{hash, key_of, known};
use super::bearer::{self, Bearer};
use crate::Manager;
use crate::actor::Actor;
use crate::audit::{Action, note};
use crate::error::{Error, Result, invalid, refused};
use crate::tokens::Purpose;

/// Answers a token request of any grant type.
pub async fn token(manager: Manager, request: TokenRequest) -> Result<TokenReply> {
    match request.grant_type.as_deref().unwrap_or_default() {
        "client_credentials" => client_credentials(&manager, request).await,
        "anonymous" => anonymous(&manager, request).await,
        "refresh_token" => refresh(&manager, request).await,
        "strip_bound_session" => strip(&manager, request).await,
        _ => {
            let text =
                "`grant_type` must be client_credentials, anonymous, refresh_token or strip_bound_session";
            Err(refused(Code::UnsupportedGrantType, text))
        }
    }
}

/// An app's token; with `on_behalf_of` in the name of a visitor or member, with the app's rights.
async fn client_credentials(manager: &Manager, request: TokenRequest) -> Result<TokenReply> {
    let id = needed("client_id", request.client_id)?;
    let key = by_secret(manager, needed("client_secret", request.client_secret)?).await?;
    if key.id != id {
        return Err(wrong_client());
    }
    let Some(token) = request.on_behalf_of else {
        let site = site_of(&key, request.instance_id.as_deref())?;
        return reply(manager, Bearer::of_app(&key.id, &site.id), None);
    };
    let guest = guest_of(manager, &key, "on_behalf_of", &token).await?;
    site_of(&key, Some(&guest.site))?;
    if request.instance_id.is_some_and(|instance| instance != guest.site) {
        return Err(wrong_grant("`on_behalf_of` is a token for another site than `instance_id`"));
    }
    reply(manager, Bearer { elevated: true, ..guest }, None)
}

/// A new visitor.
async fn anonymous(manager: &Manager, request: TokenRequest) -> Result<TokenReply> {
    let id = needed("client_id", request.client_id)?;
    let found = manager.catalog().read(move |tx| keys::by_id(tx, &id)).await?;
    let key = live(manager, found)?;
    let site = site_of(&key, request.instance_id.as_deref())?;
    let visitor = Uuid::new_v4().to_string();
    let guest = Bearer::of_guest(&key.id, &site.id, IdentityType::AnonymousVisitor, visitor);
    let refresh = bearer::sign(manager, Purpose::Refresh, guest.clone(), refresh_lifetime(manager))?;
    reply(manager, guest, Some(refresh))
}

/// The next access token of a visitor or member. What is handed in stays theirs, until its end: the published SDK goes on
/// with it, and two pages of one visitor may come at the same time.
async fn refresh(manager: &Manager, request: TokenRequest) -> Result<TokenReply> {
    let token = needed("refresh_token", request.refresh_token)?;
    let wrong = || {
        wrong_grant(
            "`refresh_token` is unknown, was changed or revoked, has expired or belongs to another app",
        )
    };
    let guest = bearer::read_live(manager, Purpose::Refresh, &token).ok_or_else(wrong)?;
    let named = guest.clone();
    let found = manager.catalog().read(move |tx| key_of(tx, &named)).await?;
    let key = live(manager, found).map_err(|_| wrong())?;
    if request.client_id.is_some_and(|id| id != key.id) {
        return Err(wrong());
    }
    if let Some(secret) = request.client_secret
        && by_secret(manager, secret).await?.id != key.id
    {
        return Err(wrong_client());
    }
    reply(manager, guest, Some(token))
}

/// A visitor's or member's token for the plain token of the app.
async fn strip(manager: &Manager, request: TokenRequest) -> Result<TokenReply> {
    let key = by_secret(manager, needed("client_secret", request.client_secret)?).await?;
    let token = needed("access_token", request.access_token)?;
    let guest = guest_of(manager, &key, "access_token", &token).await?;
    let site = site_of(&key, Some(&guest.site))?;
    reply(manager, Bearer::of_app(&key.id, &site.id), None)
}

/// Mints a token for a member or visitor of the calling app, or of the one that a user names.
pub async fn mint(manager: Manager, caller: Caller, request: MintRequest) -> Result<MintReply> {
    let (by, site) = (Actor::from(&caller), caller.site);
    let key = match (caller.key, request.client_id) {
        (Some(own), named) if named.as_ref().is_none_or(|named| *named == own) => own,
        (None, Some(named)) => app_of_site(&manager, caller.site, named).await?,
        _ => {
            let text = "`clientId` must be the id of the API key that the call is made with, or of one of the site's when a user calls";
            return Err(invalid(Code::InvalidValue, "clientId", text));
        }
    };
    let kind = request.identity_type.unwrap_or(Minted::AnonymousVisitor);
    let id = request.identity_id.unwrap_or_else(|| Uuid::new_v4().to_string());
    let minutes = request.expiration_in_minutes.unwrap_or(60);
    let guest = Bearer::of_guest(&key, &caller.site_id, kind.into(), id.clone());
    let (now, named) = (manager.now(), id.clone());
    let detail = json!({ "identityType": IdentityType::from(kind).name() });
    let noted = manager
        .catalog()
        .write(move |tx| note(tx, Some(site), Action::TokenMint, &named, detail.clone(), &by, now));
    noted.await?;
    Ok(MintReply {
        access_token: bearer::sign(&manager, Purpose::Access, guest.clone(), minutes * 60_000)?,
        refresh_token: bearer::sign(&manager, Purpose::Refresh, guest, refresh_lifetime(&manager))?,
        expires_in: minutes * 60,
        identity_type: kind,
        identity_id: id,
    })
}

async fn app_of_site(manager: &Manager, site: i64, id: String) -> Result<String> {
    let found = manager.catalog().read(move |tx| keys::by_id(tx, &id)).await?;
    let bound = |key: &ApiKey| key.sites.iter().any(|bound| bound.num == site);
    let key = live(manager, found.filter(bound));
    key.map(|key| key.id)
        .map_err(|_| refused(Code::KeyNotFound, "the site has no live API key with the id `clientId`"))
}

/// What a key or token stands for; not active when it stands for nothing.
pub async fn token_info(manager: Manager, request: TokenInfoRequest) -> Result<TokenInfo> {
    let known = match known(&manager, &request.token.unwrap_or_default()).await {
        Err(Error::Refused { code: Code::Unauthenticated, .. }) => return Ok(TokenInfo::default()),
        known => known?,
    };
    let site = match &known.sites[..] {
        [(site, _)] => Some(site.id.clone()),
        _ => None,
    };
    Ok(TokenInfo {
        active: true,
        subject_type: Some(match known.identity {
            IdentityType::Member => SubjectType::Member,
            IdentityType::WixUser => SubjectType::User,
            IdentityType::AnonymousVisitor | IdentityType::Unknown => SubjectType::Visitor,
            IdentityType::App => SubjectType::App,
        }),
        subject_id: Some(known.identity_id.clone()),
        exp: known.expires.map(|millis| millis / 1000),
        iat: Some(known.issued / 1000),
        client_id: known.key.clone(),
        site_id: site.clone(),
        instance_id: site,
    })
}

fn reply(manager: &Manager, bearer: Bearer, refresh_token: Option<String>) -> Result<TokenReply> {
    let lifetime = manager.settings().access.token_lifetime;
    Ok(TokenReply {
        refresh_token,
        access_token: bearer::sign(manager, Purpose::Access, bearer, lifetime.as_millis() as i64)?,
        token_type: "Bearer",
        expires_in: lifetime.as_secs() as i64,
    })
}

fn refresh_lifetime(manager: &Manager) -> i64 {
    manager.settings().access.refresh_lifetime.as_millis() as i64
}

pub(super) fn needed(field: &str, value: Option<String>) -> Result<String> {
    let given = value.filter(|value| !value.is_empty());
    given.ok_or_else(|| {
        refused(Code::InvalidTokenRequest, format!("`{field}` is required for this `grant_type`"))
    })
}

pub(super) fn wrong_client() -> Error {
    refused(Code::InvalidClient, "no live API key has this id and secret")
}

pub(super) fn wrong_grant(text: impl Into<String>) -> Error {
    refused(Code::InvalidGrant, text)
}

pub(super) async fn by_secret(manager: &Manager, secret: String) -> Result<ApiKey> {
    let hash = hash(&secret);
    live(manager, manager.catalog().read(move |tx| keys::by_hash(tx, &hash)).await?)
}

fn live(manager: &Manager, key: Option<ApiKey>) -> Result<ApiKey> {
    let good =
        |key: &ApiKey| key.revoked.is_none() && key.expires.is_none_or(|expires| expires > manager.now());
    key.filter(good).ok_or_else(wrong_client)
}

/// The site of the app that a request names, or its only one.
fn site_of<'a>(key: &'a ApiKey, named: Option<&str>) -> Result<&'a Site> {
    match (named, &key.sites[..]) {
        (None, [only]) => Ok(only),
        (None, _) => Err(refused(
            Code::InvalidTokenRequest,
            "the app has several sites, so `instance_id` must name one of them",
        )),
        (Some(id), sites) => sites
            .iter()
            .find(|site| site.id == id)
            .ok_or_else(|| wrong_grant("`instance_id` names no site of this app")),
    }
}

/// The visitor or member of this app whose access token was handed in.
async fn guest_of(manager: &Manager, key: &ApiKey, field: &str, token: &str) -> Result<Bearer> {
    let wrong =
        || wrong_grant(format!("`{field}` must be a live access token of a visitor or member of this app"));
    let guest = bearer::read_live(manager, Purpose::Access, token);
    let guest = guest.filter(|guest| guest.key == key.id && guest.is_of_guest()).ok_or_else(wrong)?;
    let named = guest.clone();
    let found = manager.catalog().read(move |tx| key_of(tx, &named)).await?;
    found.map(|_| guest).ok_or_else(wrong)
}
