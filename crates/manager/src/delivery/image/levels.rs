//! Smaller copies of large pictures, from which small forms are made: no small picture ever decodes 12 megapixels again.
//!
//! They lie in the cache beside the forms, within its budget, and go with their file. A picture that can be seen through, or
//! that moves, has none.

use std::sync::Arc;

use bytes::Bytes;
use catalog::files::Located;
use contract::errors::Code;
use contract::formats::{self, Format};
use contract::transform::{Extension, Options, Size, Step, Transformation};
use facts::ImageFacts;
use media::probe;
use media::render::{self, Limits, Rendered, Source, Wanted, scale_needed};
use storage::Blob;
use storage::variants::{Found, VariantKey};

use super::work::{key, open, read};
use crate::Manager;
use crate::error::{Result, internal, refused};
use crate::files::facts_of;

/// Pixels, and the quality of the JPEGs that levels are, the smallest first. Forms made of them need half a step more
/// quality, or 2 % more bytes, for the score that those of the original have; with 89 instead of 86 a large level takes an
/// eighth more room for a tenth of that difference.
const LEVELS: [(u64, u8); 3] = [(300_000, 89), (1_250_000, 86), (3_000_000, 86)];
/// A picture has a level when it has at least this many times as many pixels.
const WORTH: f64 = 1.9;
/// About the memory that a program takes, in bytes.
const HELPER: u64 = 256 << 20;
/// Counts versions of levels.
const VERSION: u32 = 3;

/// A copy of a picture that is made of instead of the picture itself.
pub(super) struct Level {
    held: Held,
    format: &'static Format,
    /// The size of the picture itself, as displayed, if the copy has another one.
    original: Option<Size>,
    /// Whether it was drawn for what is wanted.
    drawn: bool,
}

enum Held {
    Kept(Blob),
    Made(Bytes),
}

impl Level {
    async fn cost(&self, limits: &probe::Limits) -> Result<u64> {
        let (head, length) = match &self.held {
            Held::Kept(blob) => (blob.head(media::sniff::HEAD).await?, blob.length()),
            Held::Made(bytes) => (bytes.slice(..bytes.len().min(media::sniff::HEAD)), bytes.len() as u64),
        };
        Ok(render::cost(&head, self.format, length, limits))
    }

    /// What was drawn of a picture of this size for what is wanted.
    pub(super) fn drawn(png: Bytes, original: Size) -> Level {
        Level { held: Held::Made(png), format: &formats::PNG, original: Some(original), drawn: true }
    }

    /// A copy as large as the picture itself.
    fn whole(held: Held, format: &'static Format) -> Level {
        Level { held, format, original: None, drawn: false }
    }

    /// Whether smaller copies would be of no use beside it.
    pub(super) fn is_enough(&self) -> bool {
        self.original.is_some()
    }

    pub(super) async fn bytes(&self) -> Result<Bytes> {
        match &self.held {
            Held::Kept(blob) => Ok(blob.head(usize::MAX).await?),
            Held::Made(bytes) => Ok(bytes.clone()),
        }
    }

    pub(super) fn source<'a>(&self, bytes: &'a [u8]) -> Source<'a> {
        let (format, original, drawn) = (self.format, self.original, self.drawn);
        Source { bytes, format, orientation: 1, original, drawn }
    }
}

/// What is known of a picture that may have levels: its size and orientation, as it is stored or decoded.
fn still(located: &Located) -> Result<Option<ImageFacts>> {
    Ok(facts_of(&located.file)?.image.filter(|image| !image.animated))
}

/// About the memory that making a form takes: of a level, or of the original where there is none.
pub(super) async fn cost(manager: &Manager, located: &Located, level: Option<&Level>) -> Result<u64> {
    let limits = crate::processing::probe_limits(manager);
    if let Some(level) = level {
        return level.cost(&limits).await;
    }
    let blob = open(manager, located).await?;
    let head = blob.head(media::sniff::HEAD).await?;
    Ok(render::cost(&head, located.file.format, blob.length(), &limits))
}

fn name(located: &Located, pixels: u64) -> Result<VariantKey> {
    let mut hash = blake3::Hasher::new();
    hash.update(b"level");
    hash.update(&VERSION.to_le_bytes());
    hash.update(&super::super::original::asset(&located.assets, "src")?.hash);
    hash.update(&pixels.to_le_bytes());
    let name = format!("{}.level", &hash.finalize().to_hex()[..32]);
    VariantKey::new(located.file.id.as_str(), &name).map_err(internal)
}

/// Levels that a picture of this size may have, with the share of its width and height that each has.
fn levels(size: Size) -> impl Iterator<Item = (u64, u8, f64)> {
    let shared = move |(pixels, quality)| (pixels, quality, (pixels as f64 / size.pixels() as f64).sqrt());
    LEVELS.into_iter().filter(move |(pixels, _)| size.pixels() as f64 >= *pixels as f64 * WORTH).map(shared)
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
            return Ok(Some(Level::whole(Held::Kept(blob), format)));
        }
        Found::Missing(vacancy) => vacancy,
    };
    let (path, tools) = (manager.store().path(&key(located)?), manager.inner.tools.clone());
    let decoders = &manager.inner.decoders;
    let run = decoders.run(decoders.reserve(HELPER).await?, move || tools.decode(&path));
    let picture = match run.await? {
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
    Ok(Some(Level::whole(Held::Made(bytes), format)))
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
    output: Extension,
    focus: Option<(f64, f64)>,
) -> Result<Option<Level>> {
    let size = still(located)?.map(|image| image.size());
    let needed = size.and_then(|size| scale_needed(transformation, output, size, focus));
    if let Some((size, needed)) = size.zip(needed) {
        for (pixels, _, _) in levels(size).filter(|(_, _, share)| *share >= needed) {
            match manager.inner.images.variants.find(&name(located, pixels)?).await {
                Found::Here(blob) if blob.length() > 0 => {
                    let (held, format) = (Held::Kept(blob), &formats::JPEG);
                    return Ok(Some(Level { held, format, original: Some(size), drawn: false }));
                }
                _ => {}
            }
        }
    }
    decoded(manager, located).await
}

/// Makes the levels of a picture that lacks them, in the background.
pub(super) fn prepare(manager: &Manager, located: &Arc<Located>) {
    let Ok(Some(image)) = still(located) else { return };
    if manager.inner.images.variants.keeps() && levels(image.size()).next().is_some() {
        let (work, located) = (manager.clone(), located.clone());
        manager.inner.images.later(async move { make(&work, &located, &image).await });
    }
}

/// Makes what is missing, the largest first: each is made of the one before.
async fn make(manager: &Manager, located: &Located, image: &ImageFacts) -> Result<()> {
    let mut missing: Vec<_> = levels(image.size()).collect();
    missing.reverse();
    let mut above: Option<Level> = None;
    for (pixels, quality, share) in missing {
        let vacancy = match manager.inner.images.variants.find(&name(located, pixels)?).await {
            // It can be seen through.
            Found::Here(blob) if blob.length() == 0 => return Ok(()),
            Found::Here(blob) => {
                above = Some(Level::whole(Held::Kept(blob), &formats::JPEG));
                continue;
            }
            Found::Missing(vacancy) => vacancy,
        };
        let from = match above.take() {
            Some(level) => Some(level),
            None => decoded(manager, located).await?,
        };
        let side = |side: u32| (f64::from(side) * share).round().max(1.0) as u32;
        let size = Size { width: side(image.width), height: side(image.height) };
        let rendered = smaller(manager, located, from.as_ref(), image.orientation, size, quality).await?;
        let bytes = if rendered.opaque { Bytes::from(rendered.bytes) } else { Bytes::new() };
        vacancy.fill(bytes.clone()).await?;
        if bytes.is_empty() {
            return Ok(());
        }
        above = Some(Level::whole(Held::Made(bytes), &formats::JPEG));
    }
    Ok(())
}

/// A copy of a level, or of the original where there is none.
async fn smaller(
    manager: &Manager,
    located: &Located,
    from: Option<&Level>,
    orientation: u8,
    size: Size,
    quality: u8,
) -> Result<Rendered> {
    let decoders = &manager.inner.decoders;
    let memory = decoders.reserve(cost(manager, located, from).await?).await?;
    let (bytes, format, orientation) = match from {
        Some(level) => (level.bytes().await?, level.format, 1),
        None => (read(manager, located).await?, located.file.format, orientation),
    };
    let pixels = manager.settings().limits.pixels;
    let made = decoders.run(memory, move || {
        let options = Options { quality: Some(quality), baseline: true, ..Options::default() };
        let transformation = Transformation { steps: vec![Step::Fit { size, upscale: None }], options };
        let wanted = Wanted {
            transformation: &transformation,
            output: Extension::Jpeg,
            focus: None,
            keep_gamut: true,
            watermark: None,
            limits: Limits { pixels, animation_pixels: 0 },
        };
        render::render(&Source { bytes: &bytes, format, orientation, original: None, drawn: false }, &wanted)
    });
    made.await?.map_err(internal)
}
