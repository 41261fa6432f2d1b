//! Making a form of an image: its turn in the queue, memory, the bytes, a core, in this order, so that nobody who waits
//! holds what others need.

use std::sync::Arc;

use bytes::Bytes;
use catalog::files::Located;
use codecs::Pixels;
use contract::errors::Code;
use contract::transform::{Extension, Options, Size, Step, Transformation};
use futures::FutureExt;
use media::render::{self, Limits, Source, Wanted};
use storage::variants::Vacancy;
use storage::{Blob, BlobKey};

use super::drawn::{self, Drawing};
use super::flight::Made;
use super::levels::{self, Level};
use super::plan::Plan;
use crate::Manager;
use crate::error::{Error, Result, internal, refused};
use crate::files::facts_of;

/// Everything that the work needs, apart from the request, which may leave.
struct Order {
    manager: Manager,
    located: Arc<Located>,
    transformation: Arc<Transformation>,
    watermark: Option<Arc<Located>>,
    focus: Option<(f64, f64)>,
    output: Extension,
    page: u32,
}

/// The form, made now, or by somebody who is at it already. It is kept once it was sent.
pub(super) async fn made(
    manager: &Manager,
    plan: &Plan,
    output: Extension,
    vacancy: Vacancy,
) -> Result<Bytes> {
    let flight = flight(manager, plan, output, vacancy);
    flight.await.map_err(|error| repeated(&error))
}

/// Begins to make a form for those who come later, unless there is enough to do.
pub(super) fn in_background(manager: &Manager, plan: &Plan, output: Extension, vacancy: Vacancy) {
    let flight = flight(manager, plan, output, vacancy);
    manager.inner.images.later(async move { flight.await.map(drop).map_err(|error| repeated(&error)) });
}

fn flight(
    manager: &Manager,
    plan: &Plan,
    output: Extension,
    vacancy: Vacancy,
) -> impl Future<Output = Made> + Send + use<> {
    let name = format!("{}/{}", plan.file().id, plan.name(output));
    manager.inner.images.flights.join(&name, || {
        let order = Order {
            manager: manager.clone(),
            located: plan.located.clone(),
            transformation: plan.transformation.clone(),
            watermark: plan.watermark.clone(),
            focus: plan.facts().focus(),
            output,
            page: plan.page,
        };
        let (manager, name) = (manager.clone(), name.clone());
        async move {
            let bytes = order.fill().await.map_err(Arc::new)?;
            let kept = bytes.clone();
            manager.inner.images.flights.hold(&name);
            tokio::spawn(async move {
                if let Err(error) = vacancy.fill(kept).await {
                    tracing::warn!(%error, "a form of an image can't be kept");
                }
                manager.inner.images.flights.forget(&name);
            });
            Ok(bytes)
        }
        .boxed()
    })
}

/// An error for one of several who wait for the same.
pub(in crate::delivery) fn repeated(error: &Arc<Error>) -> Error {
    match &**error {
        Error::Refused { code, description, .. } => refused(*code, description.clone()),
        Error::Exhausted { description, retry_after } => {
            Error::Exhausted { description: description.clone(), retry_after: *retry_after }
        }
        _ => internal(error.clone()),
    }
}

impl Order {
    async fn fill(self) -> Result<Bytes> {
        let images = &self.manager.inner.images;
        images.flood.count(&self.located.file.id)?;
        let _place = images
            .queue
            .clone()
            .try_acquire_owned()
            .map_err(|_| refused(Code::Unavailable, "too many images are being made; try again"))?;
        let drawing = Drawing { page: self.page, transformation: &self.transformation, focus: self.focus };
        let level = match drawn::level(&self.manager, &self.located, drawing).await? {
            Some(level) => Some(level),
            None => {
                let (located, transformation) = (&self.located, &self.transformation);
                levels::best(&self.manager, located, transformation, self.output, self.focus).await?
            }
        };
        let cost = levels::cost(&self.manager, &self.located, level.as_ref()).await?;
        let mark_cost = match &self.watermark {
            Some(located) => levels::cost(&self.manager, located, None).await?,
            None => 0,
        };
        let memory = self.manager.inner.decoders.reserve(cost + mark_cost).await?;
        let bytes = match &level {
            Some(level) => level.bytes().await?,
            None => read(&self.manager, &self.located).await?,
        };
        let mark = match &self.watermark {
            Some(located) => Some(read(&self.manager, located).await?),
            None => None,
        };
        let lacks_levels = !level.as_ref().is_some_and(Level::is_enough);
        let (manager, located) = (self.manager.clone(), self.located.clone());
        let work = move || self.render(&bytes, level.as_ref(), mark.as_deref());
        let rendered = manager.inner.decoders.run(memory, work).await?;
        metrics::counter!("media_manager_image_renders_total").increment(1);
        let bytes = Bytes::from(rendered?);
        if lacks_levels {
            levels::prepare(&manager, &located);
        }
        Ok(bytes)
    }

    fn render(&self, bytes: &[u8], level: Option<&Level>, mark: Option<&[u8]>) -> Result<Vec<u8>> {
        let facts = facts_of(&self.located.file)?;
        let orientation = facts.image.as_ref().map_or(1, |image| image.orientation);
        let mark_orientation = match &self.watermark {
            Some(located) => facts_of(&located.file)?.image.map_or(1, |image| image.orientation),
            None => 1,
        };
        let source = match level {
            Some(level) => level.source(bytes),
            None => {
                Source { bytes, format: self.located.file.format, orientation, original: None, drawn: false }
            }
        };
        let watermark = self.watermark.as_ref().zip(mark).map(|(located, bytes)| Source {
            bytes,
            format: located.file.format,
            orientation: mark_orientation,
            original: None,
            drawn: false,
        });
        let settings = self.manager.settings();
        let wanted = Wanted {
            transformation: &self.transformation,
            output: self.output,
            focus: self.focus,
            keep_gamut: false,
            watermark,
            limits: Limits {
                pixels: settings.limits.pixels,
                animation_pixels: settings.images.animation_pixels,
            },
        };
        match render::render(&source, &wanted) {
            Ok(rendered) => Ok(rendered.bytes),
            Err(render::Error::Refused(text)) => Err(refused(Code::InvalidImageUrl, text)),
            Err(error @ (render::Error::Broken(_) | render::Error::Unsupported(_))) => {
                Err(refused(Code::ImageUnusable, error.to_string()))
            }
            Err(error) => Err(internal(error)),
        }
    }
}

/// A small copy of an image, to be decoded by who calls: at most `side` pixels on a side, as displayed, in sRGB. Memory for it
/// is held until then. Nothing where the image can't be decoded here.
pub(crate) async fn small_copy(
    manager: &Manager,
    located: &Located,
    side: u32,
) -> Result<Option<impl FnOnce() -> Result<Pixels> + Send + use<>>> {
    let size = Size { width: side, height: side };
    let steps = vec![Step::Fit { size, upscale: None }];
    let transformation = Transformation { steps, options: Options::default() };
    let level = match levels::best(manager, located, &transformation, Extension::Jpeg, None).await {
        Err(error) if error.code() == Code::ImageUnusable => return Ok(None),
        level => level?,
    };
    let memory =
        manager.inner.decoders.reserve(levels::cost(manager, located, level.as_ref()).await?).await?;
    let bytes = match &level {
        Some(level) => level.bytes().await?,
        None => read(manager, located).await?,
    };
    let orientation = facts_of(&located.file)?.image.map_or(1, |image| image.orientation);
    let (format, pixels) = (located.file.format, manager.settings().limits.pixels);
    Ok(Some(move || {
        let _memory = memory;
        let source = match &level {
            Some(level) => level.source(&bytes),
            None => Source { bytes: &bytes, format, orientation, original: None, drawn: false },
        };
        let limits = Limits { pixels, animation_pixels: 0 };
        render::small(&source, side, &limits).map_err(internal)
    }))
}

/// All bytes of an original: nobody holds a core while they come from the storage.
pub(super) async fn read(manager: &Manager, located: &Located) -> Result<Bytes> {
    Ok(open(manager, located).await?.head(usize::MAX).await?)
}

pub(super) async fn open(manager: &Manager, located: &Located) -> Result<Blob> {
    match manager.store().open_blob(&key(located)?).await {
        Err(storage::Error::NotFound) => Err(refused(Code::FileNotFound, "there is nothing at this address")),
        other => Ok(other?),
    }
}

/// Where the bytes of an original lie.
pub(in crate::delivery) fn key(located: &Located) -> Result<BlobKey> {
    BlobKey::parse(&super::super::original::asset(&located.assets, "src")?.blob).map_err(internal)
}
