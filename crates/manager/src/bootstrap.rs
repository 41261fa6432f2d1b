//! The start: engines are opened, and an empty catalog gets its first site and key.

use std::sync::Arc;

use catalog::{Catalog, keys as secrets};
use media::inspect::{Bounds, Inspector};
use media::tools::Tools;
use storage::Store;
use storage::variants::Variants;
use uuid::Uuid;

use crate::annotations::Annotator;
use crate::concurrency::Places;
use crate::copies::Copies;
use crate::decoders::Decoders;
use crate::delivery::image::Images;
use crate::delivery::video::Videos;
use crate::error::{Result, internal};
use crate::events::Feed;
use crate::settings::Settings;
use crate::tokens::Tokens;
use crate::{Clock, Inner, Manager, RateLimiter, access, keys, maintenance, presets, sites, users};

/// What the first start shall make, where the operator wants a say in it.
#[derive(Debug, Clone, Default)]
pub struct Bootstrap {
    /// Id of the first site.
    pub site_id: Option<String>,
    /// The first key.
    pub api_key: Option<String>,
}

/// What the first start made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct First {
    /// Id of the site.
    pub site_id: String,
    /// The key, which nobody can show again.
    pub api_key: String,
}

/// Bytes of anything that is made of a file by a child.
const MOST_MADE: u64 = 1 << 30;

/// Starts the use-cases on opened engines. `First` is what an empty catalog was given.
pub async fn start(
    catalog: Catalog,
    store: Store,
    variants: Variants,
    settings: Settings,
    clock: Clock,
    bootstrap: Bootstrap,
) -> Result<(Manager, Option<First>)> {
    let second = settings.video.second;
    let tools = tokio::task::spawn_blocking(move || Tools::detect(second)).await.unwrap_or_default();
    for missing in tools.missing() {
        tracing::info!("{missing}");
    }
    let first = first_site(&catalog, clock.now(), bootstrap).await?;
    let tokens = Tokens::new(clock.clone());
    tokens.replace(&signing_keys(&catalog, clock.now()).await?);
    let rules = outbound::Rules::new(settings.outside.allowed.clone());
    let outside = outbound::Client::new(rules, settings.outside.timeouts).map_err(internal)?;
    let inspect = &settings.inspect;
    let bounds = Bounds { memory: inspect.memory, time: inspect.time, output: MOST_MADE };
    let inspector = inspect.program.clone().map(|program| Inspector::new(program, bounds));
    let inner = Inner {
        inspector,
        outside,
        to_provider: users::oidc::way_out()?,
        feed: Feed::new(),
        unsettled: tokio::sync::Notify::new(),
        rates: RateLimiter::new(&settings.rates),
        calls: Places::new(settings.concurrency.calls, "calls"),
        uploads: Places::new(settings.concurrency.uploads, "uploads"),
        images: Images::new(variants, &settings.images),
        videos: Videos::new(settings.video.stream_memory),
        decoders: Decoders::new(settings.decoder_memory)?,
        alike: Default::default(),
        annotator: Annotator::start()?,
        bench: Default::default(),
        known: access::known_secrets(),
        sign_ins: users::SignIns::new(),
        located: Copies::new(settings.files_cached),
        image_policies: presets::ImagePolicies::new(),
        turns: Default::default(),
        catalog,
        store,
        tools,
        settings,
        clock,
        tokens,
    };
    let manager = Manager { inner: Arc::new(inner) };
    maintenance::sweep_after_start(&manager).await?;
    let now = manager.now();
    let released = manager.catalog().write(move |tx| {
        catalog::jobs::release(tx, now)?;
        catalog::deliveries::release(tx, now)
    });
    released.await?;
    Ok((manager, first))
}

/// Makes the first site and key in one transaction, so that of two starts on one catalog only one does.
async fn first_site(catalog: &Catalog, now: i64, bootstrap: Bootstrap) -> Result<Option<First>> {
    let site_id = bootstrap.site_id.unwrap_or_else(|| Uuid::new_v4().to_string());
    let api_key = bootstrap.api_key.unwrap_or_else(keys::new_key);
    let first = First { site_id, api_key };
    let made = first.clone();
    let is_first = catalog.write(move |tx| {
        if !catalog::sites::list(tx)?.is_empty() {
            return Ok::<_, catalog::Error>(false);
        }
        let site = sites::insert(tx, &first.site_id, "Main", now)?;
        let scopes = access::SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
        let name = "First key".to_owned();
        let new = keys::NewKey { site_ids: Vec::new(), name, scopes, expires: None };
        keys::insert(tx, vec![site], &first.api_key, new, now)?;
        Ok(true)
    });
    Ok(is_first.await?.then_some(made))
}

async fn signing_keys(catalog: &Catalog, now: i64) -> Result<Vec<(String, Vec<u8>)>> {
    let (id, secret) =
        (Uuid::new_v4().simple().to_string(), [*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()]);
    let ensured = catalog.write(move |tx| {
        if secrets::signing_keys(tx)?.is_empty() {
            secrets::add_signing_key(tx, &id[..8], &secret.concat(), now)?;
        }
        secrets::signing_keys(tx)
    });
    Ok(ensured.await?)
}
