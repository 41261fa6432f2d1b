//! Signing in at an OpenID provider: the authorization code flow with PKCE, a nonce, and a state that is bound to the
//! browser.
//!
//! What has to be remembered between the two requests is in a signed token that the browser keeps as a cookie, so that
//! nobody fills our memory by starting. Nobody becomes a user by signing in.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use catalog::users::User;
use catalog::{Tx, sessions, users};
use contract::errors::Code;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm as Algorithm, CoreProviderMetadata,
    CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse,
};
use outbound::{Network, Rules, Timeouts, Url};
use serde::{Deserialize, Serialize};

use super::administer::email;
use crate::Manager;
use crate::access;
use crate::error::{Cause, Error, Result, internal, refused};
use crate::settings::Oidc;
use crate::tokens::Purpose;

/// How long signing in at the provider may take.
pub const PATIENCE: Duration = Duration::from_secs(600);
/// How long the code is good that begins a session, in milliseconds.
const CODE_LIFETIME: i64 = 60_000;
/// How long one answer of the provider may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of the longest answer of a provider that is read.
const LONGEST: usize = 1 << 20;
/// Where the provider sends the browser back to.
const CALLBACK: &str = "/media-manager/v1/oidc/callback";
/// Signatures with a key pair; with the client's secret anybody who knows it could sign.
const ALGORITHMS: [Algorithm; 10] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EcdsaP521Sha512,
    Algorithm::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What is remembered of a sign-in that has begun.
#[derive(Serialize, Deserialize)]
struct Began {
    state: String,
    nonce: String,
    verifier: String,
    to: String,
}

/// A sign-in has begun.
pub struct Start {
    /// Where the browser goes.
    pub url: String,
    /// What the browser brings back, and nobody else sees.
    pub cookie: String,
}

/// Begins to sign somebody in; afterwards they are sent to `return_to` on our own origin.
pub async fn start(manager: &Manager, return_to: Option<&str>) -> Result<Start> {
    let oidc = settings(manager)?;
    let to = own_path(&manager.settings().public_url, return_to.unwrap_or("/console/"))?;
    let client = client(manager, oidc).await?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let scopes = oidc.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new);
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(scopes)
        .set_pkce_challenge(challenge)
        .url();
    let began = Began {
        state: state.into_secret(),
        nonce: nonce.secret().clone(),
        verifier: verifier.into_secret(),
        to,
    };
    let expires = manager.now() + PATIENCE.as_millis() as i64;
    let cookie = manager.tokens().sign(Purpose::SignIn, Some(expires), began)?;
    Ok(Start { url: url.into(), cookie })
}

/// What the browser brings back from the provider.
pub struct Return<'a> {
    /// What [`Start`] gave it to keep.
    pub cookie: &'a str,
    /// Must be the one that it was sent with.
    pub state: &'a str,
    /// Where it went well.
    pub code: Option<&'a str>,
}

/// Ends a sign-in: the path to go on to, whose fragment is a code that begins a session, or why there is none. `Err`: the
/// browser didn't begin here.
pub async fn finish(manager: &Manager, back: Return<'_>) -> Result<String> {
    let oidc = settings(manager)?;
    let strange =
        || refused(Code::SignInFailed, "this sign-in was not begun in this browser, or too long ago");
    let began: Began = manager.tokens().read_live(Purpose::SignIn, back.cookie).map_err(|_| strange())?;
    verify_slices_are_equal(began.state.as_bytes(), back.state.as_bytes()).map_err(|_| strange())?;
    let to = began.to.clone();
    match sign_in(manager, oidc, began, back.code).await {
        Ok(code) => Ok(format!("{to}#code={code}")),
        Err(error) => {
            tracing::warn!(error = chain(&error), "a sign-in at the OpenID provider failed");
            Ok(format!("{to}#error={}", error.code().name()))
        }
    }
}

async fn sign_in(manager: &Manager, oidc: &Oidc, began: Began, code: Option<&str>) -> Result<String> {
    let code = code.ok_or_else(|| refused(Code::SignInFailed, "the provider gave no code"))?;
    let client = client(manager, oidc).await?;
    let way = manager.inner.to_provider.clone();
    let http = move |request| send(way.clone(), request);
    let tokens = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(unavailable)?
        .set_pkce_verifier(PkceCodeVerifier::new(began.verifier))
        .request_async(&http)
        .await
        .map_err(failed)?;
    let token = tokens.id_token().ok_or_else(|| failed("the provider sent no ID token"))?;
    let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
    let claims = token.claims(&verifier, &Nonce::new(began.nonce)).map_err(failed)?;
    let subject = claims.subject().to_string();
    let mut address = verified(claims.email().map(|email| email.as_str()), claims.email_verified());
    if address.is_none()
        && let Ok(request) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
    {
        let told: CoreUserInfoClaims = request.request_async(&http).await.map_err(failed)?;
        address = verified(told.email().map(|email| email.as_str()), told.email_verified());
    }
    let (issuer, now, code) = (oidc.issuer.clone(), manager.now(), access::new_secret("mmc"));
    let made = code.clone();
    let found = manager.catalog().write(move |tx| {
        let user = user_of(tx, &issuer, &subject, address.as_deref())?;
        Ok::<_, Error>(sessions::put_code(tx, &access::hash(&made), user.num, now + CODE_LIFETIME)?)
    });
    found.await.map(|()| code)
}

/// An e-mail that the provider vouches for.
fn verified(address: Option<&str>, verified: Option<bool>) -> Option<String> {
    address.filter(|_| verified == Some(true)).and_then(|address| email(address).ok())
}

/// The user whom the provider means: the one it meant before, or at first the one with this e-mail.
fn user_of(tx: &Tx<'_>, issuer: &str, subject: &str, email: Option<&str>) -> Result<User> {
    if let Some(user) = users::by_subject(tx, issuer, subject)? {
        return Ok(user);
    }
    let unknown = || refused(Code::SignInFailed, "whom the provider has signed in is no user of this server");
    let user = email.map(|email| users::by_email(tx, email)).transpose()?.flatten().ok_or_else(unknown)?;
    // An e-mail may be given to somebody else; a subject never is.
    if users::has_subject(tx, user.num, issuer)? {
        return Err(unknown());
    }
    users::bind_subject(tx, user.num, issuer, subject)?;
    Ok(user)
}

fn settings(manager: &Manager) -> Result<&Oidc> {
    let oidc = manager.settings().oidc.as_ref();
    oidc.ok_or_else(|| {
        refused(Code::RouteNotFound, "signing in at an OpenID provider is not set up (`oidc.issuer`)")
    })
}

/// The client, with what the provider says of itself today: keys change.
async fn client(manager: &Manager, oidc: &Oidc) -> Result<Client> {
    let issuer = IssuerUrl::new(oidc.issuer.clone()).map_err(internal)?;
    let way = manager.inner.to_provider.clone();
    let http = move |request| send(way.clone(), request);
    let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.map_err(unavailable)?;
    let secret = oidc.client_secret.as_ref().map(|secret| ClientSecret::new(secret.0.clone()));
    let back = RedirectUrl::new(format!("{}{CALLBACK}", manager.settings().public_url)).map_err(internal)?;
    let id = ClientId::new(oidc.client_id.clone());
    Ok(CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(back))
}

/// The way to the provider, which the operator chose and which may be in the own network.
pub(crate) fn way_out() -> Result<outbound::Client> {
    let anywhere =
        vec![Network::new(Ipv4Addr::UNSPECIFIED.into(), 0), Network::new(Ipv6Addr::UNSPECIFIED.into(), 0)];
    let timeouts = Timeouts { connect: TIMEOUT, idle: TIMEOUT };
    outbound::Client::new(Rules::new(anywhere), timeouts).map_err(internal)
}

/// What went wrong on the way to the provider.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error(transparent)]
    Way(#[from] outbound::Error),
    #[error("{0}")]
    Answer(String),
}

async fn send(way: outbound::Client, request: HttpRequest) -> Result<HttpResponse, Lost> {
    let answer = |text: &str| Lost::Answer(text.to_owned());
    let exchange = async {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|error| Lost::Answer(error.to_string()))?;
        let mut reply = way.send(parts.method, &url, parts.headers, body.into()).await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = reply.chunk().await? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LONGEST {
                return Err(answer("the answer is too long"));
            }
        }
        let mut response = HttpResponse::new(bytes);
        *response.status_mut() = reply.status();
        *response.headers_mut() = reply.headers().clone();
        Ok(response)
    };
    tokio::time::timeout(TIMEOUT, exchange).await.map_err(|_| answer("no answer came in time"))?
}

fn unavailable(cause: impl Into<Cause>) -> Error {
    Error::Refused {
        code: Code::Unavailable,
        description: "the OpenID provider doesn't answer as it should; try again".into(),
        data: None,
        cause: Some(cause.into()),
    }
}

fn failed(cause: impl Into<Cause>) -> Error {
    Error::Refused {
        code: Code::SignInFailed,
        description: "the OpenID provider's answer is not what was asked for".into(),
        data: None,
        cause: Some(cause.into()),
    }
}

fn chain(error: &Error) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// A path on our own origin, whatever else is asked for: nobody is sent elsewhere with a code.
fn own_path(origin: &str, to: &str) -> Result<String> {
    let wrong = || {
        let text = "`return_to` must be a path of this server, such as /console/";
        crate::error::invalid(Code::InvalidValue, "return_to", text)
    };
    let origin = Url::parse(origin).map_err(internal)?;
    let plain = to.starts_with('/') && !to.contains('\\') && !to.chars().any(char::is_control);
    let url = origin.join(to).ok().filter(|url| plain && url.origin() == origin.origin());
    // Without its dots a path may begin like the name of a host.
    let url = url.filter(|url| !url.path().starts_with("//")).ok_or_else(wrong)?;
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok(format!("{}{query}", url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_origin() {
        let path = |to| own_path("https://media.example.org", to).ok();
        assert_eq!(path("/console/?a=b#c").as_deref(), Some("/console/?a=b"));
        assert_eq!(path("/a/../console/").as_deref(), Some("/console/"));
        for to in [
            "//evil.example/",
            "/\\evil.example/",
            "https://evil.example/",
            "https://media.example.org.evil.example/",
            "javascript:alert(1)",
            "\t//evil.example",
            "/\t/evil.example",
            "console/",
            "/.//evil.example/",
            "",
        ] {
            assert_eq!(path(to), None, "{to:?}");
        }
    }
}
