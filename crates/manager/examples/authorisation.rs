//! Times what every call of the API pays before its work begins: who calls, at what rate, and whether they may.
//! `cargo run --release -p manager --example authorisation -- DIR`, with an empty DIR.
//!
//! What is timed is what the server does for each call, with nothing of HTTP: `RateLimiter::admit` around `authenticate`,
//! then `decide`. Callers take turns, and so do methods, so that no call finds everything where the last one left it.
//! Prints a line of JSON for each kind of caller, in microseconds.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use catalog::{Catalog, Options};
use contract::access::{Role, TokenRequest};
use contract::users::SignInRequest;
use manager::access::{self, Credentials, Method, SCOPES, authenticate, decide};
use manager::keys::{self, NewKey};
use manager::users::administer::{self, NewUser, Where};
use manager::users::sessions::{Visit, sign_in};
use manager::{
    Access, Actor, Bootstrap, Clock, Concurrency, Images, Imports, Inspect, Limits, Manager, Outside, Rate,
    RateLimits, Settings, Timeouts, Video, Webhooks,
};
use serde_json::json;
use storage::Store;
use storage::variants::Variants;

/// Callers of each kind.
const CALLERS: usize = 100;
const WARM_CALLS: usize = 1_000_000;
/// Calls that find nothing in memory, as a key was made just before.
const COLD_CALLS: usize = 2_000;
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn settings() -> Settings {
    let day = Duration::from_secs(86_400);
    let timeouts = Timeouts { connect: day, idle: day };
    // Rates are counted, and no call is refused.
    let rate = Some(Rate { per_second: 1_000_000_000, burst: u32::MAX });
    Settings {
        public_url: "http://127.0.0.1".into(),
        content_url: "http://127.0.0.1".into(),
        limits: Limits { bytes: Vec::new(), pixels: 0, refused: Vec::new() },
        upload_lifetime: day,
        resumable_lifetime: day,
        unclaimed_bytes: 0,
        trash_retention: day,
        events_retention: day,
        workers: 0,
        decoder_memory: 0,
        files_cached: 1,
        ready_wait: Duration::ZERO,
        outside: Outside { allowed: Vec::new(), timeouts },
        imports: Imports { workers: 0, timeout: day, retry_for: day },
        audit_retention: day,
        oidc: None,
        webhooks: Webhooks { send: false, timeout: day, give_up: day },
        access: Access { token_lifetime: day, refresh_lifetime: day, session_lifetime: day },
        rates: RateLimits { key: rate, address: rate },
        concurrency: Concurrency { calls: None, uploads: None },
        images: Images { memory: 0, queue: 1, per_minute: None, animation_pixels: 0, presets: 0 },
        video: Video {
            clips: 0,
            films: 0,
            long: Duration::ZERO,
            most: 144,
            second: None,
            preset: String::new(),
            memory: 0,
            time_limit: Duration::ZERO,
            work: PathBuf::new(),
            stream_memory: 0,
        },
        annotate: false,
        inspect: Inspect { program: None, memory: 0, time: Duration::ZERO, text: 0, entries: 0 },
    }
}

/// A manager with one site, and what its callers show.
struct Fixture {
    catalog: Catalog,
    manager: Manager,
    site: String,
}

impl Fixture {
    async fn new(dir: PathBuf) -> Fixture {
        let options = Options { path: dir.join("catalog.db"), readers: 2, exclusive: true };
        let (catalog, store) = (Catalog::open(&options).unwrap(), Store::open(dir.join("storage")).unwrap());
        let variants = Variants::open(dir.join("variants"), 0).unwrap();
        let (clock, bootstrap) = (Clock::default(), Bootstrap::default());
        let started = manager::start(catalog.clone(), store, variants, settings(), clock, bootstrap);
        let (manager, first) = started.await.unwrap();
        Fixture { catalog, manager, site: first.expect("DIR must be empty").site_id }
    }

    /// A key's id and the key.
    async fn key(&self) -> (String, String) {
        let new = NewKey {
            site_ids: vec![self.site.clone()],
            name: "key".into(),
            scopes: SCOPES.iter().map(|scope| (*scope).to_owned()).collect(),
            expires: None,
        };
        let (record, key) = keys::create(&self.catalog, new, Actor::operator(), 1).await.unwrap();
        (record.id, key)
    }

    /// An access token of an app of its own.
    async fn token(&self) -> String {
        let (id, key) = self.key().await;
        let request = TokenRequest {
            grant_type: Some("client_credentials".into()),
            client_id: Some(id),
            client_secret: Some(key),
            ..TokenRequest::default()
        };
        access::token(self.manager.clone(), request).await.unwrap().access_token
    }

    /// The session of a user of its own.
    async fn session(&self, number: usize) -> String {
        let email = format!("user{number}@example.org");
        let password = format!("a long enough password {number}");
        let new = NewUser {
            email: email.clone(),
            name: None,
            password: Some(password.clone()),
            role: Some((Where { site_id: self.site.clone(), folder_id: None }, Role::Owner)),
        };
        administer::create(&self.catalog, new, Actor::operator(), 1).await.unwrap();
        let visit = Visit { secret: String::new(), address: HERE, request: None };
        let request = SignInRequest { email: Some(email), password: Some(password), code: None };
        sign_in(self.manager.clone(), visit, request).await.unwrap().session_token
    }

    /// What comes before the work of a call.
    async fn authorise(&self, secret: &str, method: Method) {
        let credentials = Credentials { secret, site_id: Some(&self.site) };
        let caller = authenticate(&self.manager, credentials);
        let caller = self.manager.rates().admit(secret.as_bytes(), HERE, caller).await.unwrap();
        decide(&caller, method).unwrap();
    }

    async fn measure(&self, who: &str, secrets: &[String]) {
        let call = |number: usize| {
            let method = Method::ALL[number % Method::ALL.len()];
            self.authorise(&secrets[number % secrets.len()], method)
        };
        for number in 0..secrets.len() {
            call(number).await;
        }
        let mut warm = Vec::with_capacity(WARM_CALLS);
        for number in 0..WARM_CALLS {
            let begun = Instant::now();
            call(number).await;
            warm.push(begun.elapsed());
        }
        // Without reading the clock for each.
        let begun = Instant::now();
        for number in 0..WARM_CALLS {
            call(number).await;
        }
        let mean = begun.elapsed() / WARM_CALLS as u32;
        let mut cold = Vec::with_capacity(COLD_CALLS);
        for number in 0..COLD_CALLS {
            self.key().await;
            let begun = Instant::now();
            call(number).await;
            cold.push(begun.elapsed());
        }
        println!(
            "{}",
            json!({ "caller": who, "mean": micros(mean), "warm": percentiles(warm), "cold": percentiles(cold) })
        );
    }
}

/// The median and the 99th percentile.
fn percentiles(mut times: Vec<Duration>) -> [f64; 2] {
    times.sort_unstable();
    [times[times.len() / 2], times[times.len() * 99 / 100]].map(micros)
}

fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}

#[tokio::main]
async fn main() {
    let fixture = Fixture::new(PathBuf::from(std::env::args().nth(1).expect("DIR"))).await;
    let (mut keys, mut tokens, mut sessions) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..CALLERS {
        keys.push(fixture.key().await.1);
        tokens.push(fixture.token().await);
        sessions.push(fixture.session(number).await);
    }
    fixture.measure("an API key", &keys).await;
    fixture.measure("an access token", &tokens).await;
    fixture.measure("a user's session", &sessions).await;
}
