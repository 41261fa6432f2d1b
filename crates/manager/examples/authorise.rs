//! What it costs to find out who calls and whether they may, with a warm cache:
//! `cargo run --release -p manager --example authorise -- [CALLS]`.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::time::{Duration, Instant};

use catalog::{Catalog, Options};
use contract::access::{Role, TokenRequest};
use contract::users::SignInRequest;
use manager::access::{Credentials, Method, authenticate, decide, token};
use manager::keys::{self, NewKey};
use manager::users::administer::{self, NewUser};
use manager::users::sessions::{Visit, sign_in};
use manager::{
    Access, Actor, Bootstrap, Clock, Concurrency, Imports, Limits, Manager, Origin, Outside, RateLimits,
    Settings, Timeouts, Webhooks,
};
use storage::Store;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let calls: u32 = std::env::args().nth(1).map_or(Ok(200_000), |text| text.parse())?;
    let dir = tempfile::TempDir::new()?;
    let options = Options { path: dir.path().join("catalog.db"), readers: 2, exclusive: true };
    let catalog = Catalog::open(&options)?;
    let store = Store::open(dir.path().join("storage"))?;
    let (manager, first) =
        manager::start(catalog.clone(), store, settings(), Clock::default(), Bootstrap::default()).await?;
    let first = first.ok_or("the catalog was empty")?;
    let scopes = vec!["SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER".to_owned()];
    let new =
        NewKey { site_ids: vec![first.site_id.clone()], name: "measured".into(), scopes, expires: None };
    let (key, api_key) = keys::create(&catalog, new, Actor::operator(), Clock::default().now()).await?;
    let request = TokenRequest {
        grant_type: Some("client_credentials".into()),
        client_id: Some(key.id),
        client_secret: Some(api_key.clone()),
        ..TokenRequest::default()
    };
    let access_token = token(manager.clone(), request).await?.access_token;
    let email = "ada@example.org".to_owned();
    let new = NewUser {
        email: email.clone(),
        name: None,
        password: None,
        role: Some((first.site_id.clone(), Role::Editor)),
    };
    let made = administer::create(&catalog, new, Actor::operator(), Clock::default().now()).await?;
    let visit = Visit { secret: String::new(), address: [127, 0, 0, 1].into(), origin: Origin::default() };
    let request = SignInRequest { email: Some(email), password: made.password, code: None };
    let session_token = sign_in(manager.clone(), visit, request).await?.session_token;
    for (name, secret) in
        [("API key", api_key), ("access token", access_token), ("session token", session_token)]
    {
        let nanoseconds = measured(&manager, &secret, &first.site_id, calls).await?;
        println!("{name:<14}{:>8.2} µs a call", nanoseconds / 1000.0);
    }
    Ok(())
}

async fn measured(manager: &Manager, secret: &str, site: &str, calls: u32) -> Outcome<f64> {
    let began = Instant::now();
    for _ in 0..calls {
        let caller = authenticate(manager, Credentials { secret, site_id: Some(site) }).await?;
        decide(&caller, Method::BulkDeleteFiles)?;
    }
    Ok(began.elapsed().as_nanos() as f64 / f64::from(calls))
}

fn settings() -> Settings {
    let short = Duration::from_secs(10);
    let long = Duration::from_secs(3600);
    Settings {
        public_url: "http://127.0.0.1".into(),
        content_url: "http://127.0.0.1".into(),
        limits: Limits { bytes: Vec::new(), pixels: 0, refused: Vec::new() },
        upload_lifetime: long,
        resumable_lifetime: long,
        unclaimed_bytes: 0,
        trash_retention: long,
        events_retention: long,
        workers: 0,
        decoder_memory: 1 << 20,
        files_cached: 1,
        ready_wait: short,
        outside: Outside { allowed: Vec::new(), timeouts: Timeouts { connect: short, idle: short } },
        imports: Imports { workers: 0, timeout: short, retry_for: short },
        audit_retention: Duration::from_secs(60),
        webhooks: Webhooks { send: false, timeout: short, give_up: short },
        access: Access { token_lifetime: long, refresh_lifetime: long, session_lifetime: long },
        oidc: None,
        rates: RateLimits { key: None, address: None },
        concurrency: Concurrency { calls: None, uploads: None },
    }
}
