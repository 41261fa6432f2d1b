//! The use-cases and every rule of them. Free of HTTP: a request of the contract and a caller in, a reply of the contract
//! or a domain error out.

pub mod access;
mod actor;
pub mod annotations;
pub mod archives;
pub mod audit;
mod bootstrap;
pub mod captions;
pub mod channels;
mod clock;
mod concurrency;
pub mod contents;
mod copies;
mod decoders;
pub mod delivery;
mod error;
pub mod events;
pub mod files;
pub mod folders;
mod health;
pub mod imports;
pub mod jobs;
pub mod keys;
mod lists;
mod maintenance;
mod names;
pub mod presets;
mod processing;
mod rates;
mod settings;
pub mod sites;
mod tokens;
pub mod types;
pub mod uploads;
pub mod users;
pub mod webhooks;

use std::sync::Arc;

use access::Caller;
use catalog::Catalog;
use catalog::files::Located;
use catalog::jobs::Lane;
use concurrency::Places;
use contract::ids::FileId;
use copies::Copies;
use decoders::Decoders;
use futures::future::join_all;
use media::inspect::Inspector;
use media::tools::Tools;
use storage::Store;
use tokio_util::sync::CancellationToken;

pub use actor::{Actor, Origin};
pub use bootstrap::{Bootstrap, First, start};
pub use clock::Clock;
pub use concurrency::Place;
pub use error::{Cause, Error, Result};
pub use health::Health;
pub use outbound::{Network, Timeouts};
pub use processing::Running;
pub use rates::RateLimiter;
pub use settings::{
    Access, Concurrency, Images, Imports, Inspect, Limits, Oidc, Outside, Rate, RateLimits, Secret, Settings,
    VIDEO_PRESETS, Video, VideoCodec, Webhooks,
};

/// Everything the use-cases work with. Clones share it.
#[derive(Clone)]
pub struct Manager {
    inner: Arc<Inner>,
}

struct Inner {
    catalog: Catalog,
    store: Store,
    tools: Tools,
    /// Looks at what comes in a format of many parts.
    inspector: Option<Inspector>,
    settings: Settings,
    clock: Clock,
    tokens: tokens::Tokens,
    /// Whom keys and tokens that were used lately stand for.
    known: access::KnownSecrets,
    /// What keeps passwords from being guessed.
    sign_ins: users::SignIns,
    /// Files that were delivered lately.
    located: Copies<FileId, Arc<Located>>,
    /// How sites want their images to be made.
    image_policies: presets::ImagePolicies,
    /// Uploads whose bytes are coming in right now.
    turns: uploads::Turns,
    /// The way out, for imports and webhooks.
    outside: outbound::Client,
    /// Told when a folder has moved and not everything below it knows yet.
    unsettled: tokio::sync::Notify,
    /// The way out to the OpenID provider.
    to_provider: outbound::Client,
    /// What happens, for those who listen.
    feed: events::Feed,
    /// How often callers have called.
    rates: RateLimiter,
    /// Calls and uploads that run, by site.
    calls: Places,
    uploads: Places,
    /// What makes and keeps other forms of images.
    images: delivery::image::Images,
    videos: delivery::video::Videos,
    decoders: Decoders,
    /// What pictures look like.
    alike: contents::Alike,
    /// The machine that looks at pictures.
    annotator: annotations::Annotator,
    /// Long work that is done right now.
    bench: processing::Bench,
}

impl Manager {
    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// How often callers may call.
    pub fn rates(&self) -> &RateLimiter {
        &self.inner.rates
    }

    /// A place for a call of this caller among those of its site that run at the same time.
    pub async fn place(&self, caller: &Caller) -> Result<Place> {
        self.inner.calls.take(caller.site).await
    }

    /// Runs jobs, sweeps and refreshes until `stop` is cancelled; returns when running jobs are done or handed back.
    pub async fn run(&self, stop: CancellationToken) {
        let settings = self.settings();
        let lanes = [
            (Lane::Work, settings.workers),
            (Lane::Fetch, settings.imports.workers),
            (Lane::Clip, settings.video.clips),
            (Lane::Film, settings.video.films),
            (Lane::Spare, settings.workers.min(1)),
        ];
        let workers = lanes.into_iter().flat_map(|(lane, count)| std::iter::repeat_n(lane, count));
        let workers = join_all(workers.map(|lane| jobs::work(self.clone(), lane, stop.clone())));
        let webhooks = async {
            if self.settings().webhooks.send {
                webhooks::send_all(self, stop.clone()).await;
            }
        };
        tokio::join!(
            workers,
            webhooks,
            events::tail(self, stop.clone()),
            maintenance::run(self, stop.clone()),
            folders::settle_whenever_needed(self, stop.clone()),
            access::follow_changes(self, stop.clone()),
        );
    }

    /// Long work that this process does right now.
    pub fn running(&self) -> Vec<Running> {
        self.inner.bench.running()
    }

    fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    fn store(&self) -> &Store {
        &self.inner.store
    }

    fn tokens(&self) -> &tokens::Tokens {
        &self.inner.tokens
    }

    fn outside(&self) -> &outbound::Client {
        &self.inner.outside
    }

    fn now(&self) -> i64 {
        self.inner.clock.now()
    }
}
