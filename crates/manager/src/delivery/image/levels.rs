//! Smaller copies of large photographs, from which small forms are made: no small picture ever decodes 12 megapixels again.
//!
//! They lie in the cache beside the forms, within its budget, and go with their file.

use std::sync::Arc;

use bytes::Bytes;
use catalog::files::Located;
use contract::errors::Code;
use contract::formats::{self, Format};
use contract::transform::{Extension, Options, Size, Step, Transformation};
use media::probe;
use media::render::{self, Limits, Source, Wanted, scale_needed};
use storage::variants::{Found, VariantKey};
use storage::{Blob, BlobKey};

use super::plan::facts_of;
use super::work::{memory, read};
use crate::Manager;
use crate::error::{Result, internal, refused};

/// Longest sides, in pixels, the smallest first.
const SIDES: [u32; 2] = [1280, 1640];
/// A picture has a level when it is at least this many times as large.
const WORTH: f64 = 1.5;
/// How much larger than its target a level has to be.
const SPARE: f64 = 2.0;
/// Quality of the JPEGs that levels are, with chroma for each pixel.
const QUALITY: u8 = 90;
/// About the memory that a program takes, in bytes.
const HELPER: u64 = 256 << 20;
/// Counts versions of levels.
const VERSION: u32 = 1;

/// A copy of a picture that is made of instead of the picture itself.
pub(super) struct Level {
    held: Held,
    format: &'static Format,
    /// The size of the picture itself, as displayed, if the copy is smaller.
    original: Option<Size>,
}

enum Held {
    Kept(Blob),
    Made(Bytes),
}

impl Level {
    /// About the memory that making a form of it takes.
    pub(super) async fn cost(&self, limits: &probe::Limits) -> Result<u64> {
        let (head, length) = match &self.held {
            Held::Kept(blob) => (blob.head(media::sniff::HEAD).await?, blob.length()),
            Held::Made(bytes) => (bytes.slice(..bytes.len().min(media::sniff::HEAD)), bytes.len() as u64),
        };
        Ok(render::cost(&head, self.format, length, limits))
    }

    pub(super) async fn bytes(&self) -> Result<Bytes> {
        match &self.held {
            Held::Kept(blob) => Ok(blob.head(usize::MAX).await?),
            Held::Made(bytes) => Ok(bytes.clone()),
        }
    }

    pub(super) fn source<'a>(&self, bytes: &'a [u8]) -> Source<'a> {
        Source { bytes, format: self.format, orientation: 1, original: self.original }
    }
}

fn displayed(located: &Located) -> Result<Option<Size>> {
    Ok(facts_of(&located.file)?.image.map(|image| Size { width: image.width, height: image.height }))
}

fn name(located: &Located, side: u32) -> Result<VariantKey> {
    let mut hash = blake3::Hasher::new();
    hash.update(b"level");
    hash.update(&VERSION.to_le_bytes());
    hash.update(&super::super::original::asset(&located.assets, "src")?.hash);
    hash.update(&side.to_le_bytes());
    let name = format!("{}.level", &hash.finalize().to_hex()[..32]);
    VariantKey::new(located.file.id.as_str(), &name).map_err(internal)
}

/// Levels that this picture may have.
fn sides(size: Size) -> impl Iterator<Item = u32> {
    let longest = f64::from(size.width.max(size.height));
    SIDES.into_iter().filter(move |side| longest >= f64::from(*side) * WORTH)
}

/// What can't be decoded here, as a program beside us decodes it: made once, then kept like a level.
async fn decoded(manager: &Manager, located: &Located) -> Result<Option<Level>> {
    if located.file.format.name != "heic" {
        return Ok(None);
    }
    let missing =
        || refused(Code::ImageUnusable, "HEIC is decoded by heif-convert, which isn't there or failed");
    let vacancy = match manager.inner.images.variants.find(&name(located, 0)?).await {
        // What failed once isn't tried for every request: it may take long.
        Found::Here(blob) if blob.length() == 0 => return Err(missing()),
        Found::Here(blob) => {
            let format = format_of(&blob.head(media::sniff::HEAD).await?);
            return Ok(Some(Level { held: Held::Kept(blob), format, original: None }));
        }
        Found::Missing(vacancy) => vacancy,
    };
    let key =
        BlobKey::parse(&super::super::original::asset(&located.assets, "src")?.blob).map_err(internal)?;
    let (path, tools) = (manager.store().path(&key), manager.inner.tools.clone());
    let memory = memory(manager, HELPER).await?;
    let run = tokio::task::spawn_blocking(move || {
        let _memory = memory;
        tools.decode(&path)
    });
    let picture = match run.await.map_err(internal)? {
        Ok(picture) => picture.ok_or_else(missing)?,
        Err(error) => {
            tracing::debug!(%error, "heif-convert failed");
            vacancy.fill(Bytes::new()).await?;
            return Err(missing());
        }
    };
    let bytes = Bytes::from(picture);
    vacancy.fill(bytes.clone()).await?;
    let format = format_of(&bytes);
    Ok(Some(Level { held: Held::Made(bytes), format, original: None }))
}

/// The program writes one of two formats.
fn format_of(head: &[u8]) -> &'static Format {
    if head.starts_with(b"\x89PNG") { &formats::PNG } else { &formats::JPEG }
}

/// What a form is made of, if not of the original: the smallest copy that is large enough.
pub(super) async fn best(
    manager: &Manager,
    located: &Located,
    transformation: &Transformation,
    focus: Option<(f64, f64)>,
) -> Result<Option<Level>> {
    if let Some(decoded) = decoded(manager, located).await? {
        return Ok(Some(decoded));
    }
    let Some(original) = displayed(located)?.filter(|_| located.file.format.name == "jpeg") else {
        return Ok(None);
    };
    // How large the whole picture would be if what is wanted were cut from it.
    let Some(needed) = scale_needed(&transformation.steps, original, focus) else { return Ok(None) };
    let longest = f64::from(original.width.max(original.height));
    for side in sides(original).filter(|side| f64::from(*side) / longest >= needed * SPARE) {
        if let Found::Here(blob) = manager.inner.images.variants.find(&name(located, side)?).await {
            return Ok(Some(Level {
                held: Held::Kept(blob),
                format: &formats::JPEG,
                original: Some(original),
            }));
        }
    }
    Ok(None)
}

/// Makes the levels of a picture that lacks them, in the background.
pub(super) fn prepare(manager: &Manager, located: &Arc<Located>) {
    let is_large = |size: Size| sides(size).next().is_some();
    let is_photograph = located.file.format.name == "jpeg";
    if is_photograph && displayed(located).ok().flatten().is_some_and(is_large) {
        let (work, located) = (manager.clone(), located.clone());
        manager.inner.images.later(async move { make(&work, &located).await });
    }
}

/// Makes what is missing, the largest first: each is made of the one before.
async fn make(manager: &Manager, located: &Arc<Located>) -> Result<()> {
    let Some(original) = displayed(located)? else { return Ok(()) };
    let orientation = facts_of(&located.file)?.image.map_or(1, |image| image.orientation);
    let mut sides: Vec<u32> = sides(original).collect();
    sides.reverse();
    let mut above: Option<Bytes> = None;
    for side in sides {
        let vacancy = match manager.inner.images.variants.find(&name(located, side)?).await {
            Found::Here(blob) => {
                above = Some(blob.head(usize::MAX).await?);
                continue;
            }
            Found::Missing(vacancy) => vacancy,
        };
        let (bytes, from_level) = match above.take() {
            Some(bytes) => (bytes, true),
            None => (read(manager, located).await?, false),
        };
        let memory = memory(manager, bytes.len() as u64 + (32 << 20)).await?;
        let core = manager.inner.images.cores.clone().acquire_owned().await.map_err(internal)?;
        let pixels = manager.settings().limits.pixels;
        let made = tokio::task::spawn_blocking(move || {
            let (_core, _memory) = (core, memory);
            let size = Size { width: side, height: side };
            let options = Options { quality: Some(QUALITY), baseline: true, ..Options::default() };
            let transformation = Transformation { steps: vec![Step::Fit { size, upscale: None }], options };
            let orientation = if from_level { 1 } else { orientation };
            let source = Source { bytes: &bytes, format: &formats::JPEG, orientation, original: None };
            let wanted = Wanted {
                transformation: &transformation,
                output: Extension::Jpeg,
                focus: None,
                watermark: None,
                limits: Limits { pixels, animation_pixels: 0 },
            };
            render::render(&source, &wanted)
        });
        let bytes = Bytes::from(made.await.map_err(internal)?.map_err(internal)?.bytes);
        vacancy.fill(bytes.clone()).await?;
        above = Some(bytes);
    }
    Ok(())
}
