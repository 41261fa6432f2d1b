//! Images by URL: who may have them, which format is right, and where they come from (the cache, or a renderer).
//!
//! `image` is the way of one request: file, policy, plan, cache, and only then work, which equal requests share.

mod choice;
mod drawn;
mod flight;
mod flood;
mod hot;
mod levels;
mod page;
mod plan;
mod signed;
mod work;

use std::sync::Arc;

use bytes::Bytes;
use catalog::files::{Located, Status};
use contract::errors::Code;
use contract::formats::Kind;
use contract::media_url::file_of;
use contract::transform::{Address, Extension, Refused, Transformation};
use futures::future::{BoxFuture, Shared};
use storage::variants::{Found, Variants};
use tokio::sync::Semaphore;

pub use choice::Accepts;
pub use signed::{link_image, preview_url};
pub(crate) use work::small_copy;
pub(super) use work::{key, repeated};

use super::content::Content;
use super::original::{find_where, look_up};
use super::policy::{Bearing, decide};
use crate::Manager;
use crate::error::{Error, Result, refused};
use crate::presets::{ImagePolicy, image_policy};
use crate::settings::Images as Settings;
pub(super) use drawn::is_drawn;
use flight::{Flights, Made};
use flood::Flood;
use hot::Hot;
use plan::Plan;

/// What makes and keeps the forms of images.
pub(crate) struct Images {
    /// Forms that were made before.
    pub(crate) variants: Variants,
    /// Those of them that are asked for again and again.
    hot: Hot,
    /// What is being made right now.
    flights: Flights,
    /// How many different forms of each file were made lately.
    flood: Flood,
    /// A permit for each form that may be made, or wait for its turn, at a time.
    queue: Arc<Semaphore>,
    /// A permit for each piece of work that nobody waits for, and one for that which is done.
    put_off: Arc<Semaphore>,
    background: Arc<Semaphore>,
}

/// Pieces of work that may wait until there is time for them. What is beyond is dropped: the next request asks again.
const PUT_OFF: usize = 64;

impl Images {
    pub(crate) fn new(variants: Variants, settings: &Settings) -> Images {
        Images {
            variants,
            hot: Hot::new(settings.memory),
            flights: Flights::default(),
            flood: Flood::new(settings.per_minute),
            queue: Arc::new(Semaphore::new(settings.queue.clamp(1, Semaphore::MAX_PERMITS))),
            put_off: Arc::new(Semaphore::new(PUT_OFF)),
            background: Arc::new(Semaphore::new(1)),
        }
    }

    /// Joins a making that isn't one of an image, or begins it.
    pub(super) fn join(
        &self,
        name: &str,
        begin: impl FnOnce() -> BoxFuture<'static, Made>,
    ) -> Shared<BoxFuture<'static, Made>> {
        self.flights.join(name, begin)
    }

    /// Does some work when there is time for it: one piece after the other.
    fn later(&self, work: impl Future<Output = Result<()>> + Send + 'static) {
        let Ok(place) = self.put_off.clone().try_acquire_owned() else { return };
        let background = self.background.clone();
        tokio::spawn(async move {
            let _turn = background.acquire_owned().await;
            if let Err(error) = work.await {
                tracing::debug!(%error, "work on an image that nobody waited for failed");
            }
            drop(place);
        });
    }
}

/// What a request says.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Below which path the address is: `media`, or `ugd`.
    pub host: &'a str,
    /// The file.
    pub id: &'a str,
    /// What follows `/v1/`, percent-encoded as it came; of a document perhaps with a page in front: `page/3/`.
    pub path: &'a str,
    /// A signature for exactly this address.
    pub token: Option<&'a str>,
    /// The formats that the client takes.
    pub accepts: Accepts,
}

/// A form of an image, ready to be sent. Clones share its bytes.
#[derive(Clone)]
pub struct Variant {
    /// Its bytes.
    pub content: Content,
    /// Its MIME type.
    pub content_type: &'static str,
    /// Strong, with its quotes.
    pub etag: String,
    /// How long a copy is right.
    pub lasts: Lasts,
    /// Whether another client might get another format.
    pub varies: bool,
    /// Whether it was made before.
    pub cached: bool,
}

/// How long a copy of a variant is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// For ever.
    Forever,
    /// Until a preset changes, or more is known of the picture: which part of it matters.
    Awhile,
    /// Until the better format is made.
    Moments,
    /// Not for others: the address is signed.
    Privately,
}

/// A form of an image by its address.
pub async fn image(manager: &Manager, asked: Asked<'_>) -> Result<Variant> {
    let located =
        find_where(manager, asked.host, asked.id, |kind| kind == Kind::Image || is_drawn(kind)).await?;
    let signed = asked
        .token
        .is_some_and(|token| signed::is_good(manager, asked.host, &located.file.id, asked.path, token));
    decide(&located.file, if signed { Bearing::Link } else { Bearing::Address })?;
    if asked.token.is_some() && !signed {
        return Err(refused(Code::LinkInvalid, "the signature is for another address, or too old"));
    }
    let policy = image_policy(manager, located.file.site).await?;
    let is_open = !policy.strict && !signed;
    if is_open && let Some(variant) = manager.inner.images.hot.get(&asked, &located) {
        return Ok(variant);
    }
    let paged = page::read(asked.path, located.file.format.kind);
    let (transformation, named) = wanted(&policy, &paged.path, signed)?;
    usable(&located)?;
    let watermark = match &transformation.options.watermark {
        Some(id) => Some(watermark(manager, &located, id).await?),
        None => None,
    };
    let plan = Plan::new(located, transformation, watermark, paged.page)?;
    let chosen = choice::choose(&plan.transformation, asked.accepts, plan.moves(), plan.longest());
    let mut variant = serve(manager, &plan, chosen).await?;
    if plan.file().private {
        variant.lasts = Lasts::Privately;
    } else if named && variant.lasts == Lasts::Forever {
        // The site may change its mind.
        variant.lasts = Lasts::Awhile;
    }
    // What may change with something else than the file is looked up each time.
    let depends = named || plan.watermark.is_some() || variant.lasts == Lasts::Moments;
    if is_open && variant.cached && !depends {
        return manager.inner.images.hot.keep(&asked, plan.located, variant).await;
    }
    Ok(variant)
}

async fn serve(manager: &Manager, plan: &Plan, chosen: choice::Choice) -> Result<Variant> {
    let lasts = if plan.may_get_better() { Lasts::Awhile } else { Lasts::Forever };
    let varies = chosen.varies;
    if let Some(slow) = chosen.slow {
        let variant = Variant { lasts, varies, ..empty(plan, slow) };
        match plan.find(manager, slow).await? {
            Found::Here(blob) => {
                return Ok(Variant { content: Content::blob(blob), cached: true, ..variant });
            }
            Found::Missing(vacancy) => work::in_background(manager, plan, slow, vacancy),
        }
    }
    let lasts = if chosen.slow.is_some() { Lasts::Moments } else { lasts };
    let variant = Variant { lasts, varies, ..empty(plan, chosen.format) };
    match plan.find(manager, chosen.format).await? {
        Found::Here(blob) => Ok(Variant { cached: true, ..variant.of(Content::blob(blob)) }),
        Found::Missing(vacancy) => {
            let bytes = work::made(manager, plan, chosen.format, vacancy).await?;
            Ok(variant.of(Content::memory(bytes)))
        }
    }
}

fn empty(plan: &Plan, format: Extension) -> Variant {
    Variant {
        content: Content::memory(Bytes::new()),
        content_type: mime(format),
        etag: plan.name(format),
        lasts: Lasts::Forever,
        varies: false,
        cached: false,
    }
}

impl Variant {
    /// With its bytes. Made anew, from a copy of the picture perhaps, they may be others: then the tag is another one, as far
    /// as lengths tell.
    fn of(self, content: Content) -> Variant {
        let etag = format!("\"{}-{:x}\"", self.etag, content.length());
        Variant { content, etag, ..self }
    }
}

fn mime(format: Extension) -> &'static str {
    match format {
        Extension::Jpeg => "image/jpeg",
        Extension::Png => "image/png",
        Extension::WebP => "image/webp",
        Extension::Avif => "image/avif",
        Extension::Gif => "image/gif",
    }
}

fn bad_address(refusal: &Refused) -> Error {
    refused(Code::InvalidImageUrl, refusal.to_string())
}

/// What an address asks for, as far as the site lets it; and whether it is a preset.
fn wanted(policy: &ImagePolicy, path: &str, signed: bool) -> Result<(Transformation, bool)> {
    match Address::parse(path).map_err(|refusal| bad_address(&refusal))? {
        Address::Spelled(_) if policy.strict && !signed => Err(refused(
            Code::TransformationNotAllowed,
            "this site serves presets and signed addresses alone",
        )),
        Address::Spelled(transformation) => Ok((transformation, false)),
        Address::Preset { name, extension } => {
            let unknown = || refused(Code::PresetNotFound, format!("the site has no preset `{name}`"));
            let text = policy.presets.get(&name).ok_or_else(unknown)?;
            let transformation =
                Transformation::parse(text, extension).map_err(|refusal| bad_address(&refusal))?;
            Ok((transformation, true))
        }
    }
}

/// Only a file that was looked at, and is fine, has other forms.
fn usable(located: &Located) -> Result<()> {
    match located.file.status {
        Status::Ready => Ok(()),
        Status::Pending => Err(refused(Code::Unavailable, "the image is still being looked at; try again")),
        Status::Failed => {
            Err(refused(Code::ImageUnusable, "the image is damaged; only the original is served"))
        }
    }
}

/// The image that is laid over another: of the same site, and free to be seen.
async fn watermark(manager: &Manager, under: &Located, id: &str) -> Result<Arc<Located>> {
    let missing =
        || refused(Code::InvalidImageUrl, format!("`wm_{id}`: the site has no public image with this id"));
    let found = look_up(manager, file_of(id).ok_or_else(missing)?).await?.ok_or_else(missing)?;
    let fits = found.file.site == under.file.site
        && !found.file.private
        && found.file.status == Status::Ready
        && found.file.format.kind == Kind::Image;
    fits.then_some(found).ok_or_else(missing)
}
