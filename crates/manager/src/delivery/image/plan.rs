//! What is made of which bytes, and what it is called in the cache.

use std::sync::Arc;

use catalog::files::{FileRecord, Located};
use contract::transform::{Anchor, Extension, Step, Transformation};
use facts::{Facts, ImageFacts};
use media::render::result_size;
use storage::variants::{Found, VariantKey};

use super::super::original::asset;
use crate::Manager;
use crate::error::{Result, internal};
use crate::files::facts_of;
use crate::processing::PDF;

/// Counts versions of the pipeline: a change that can be seen makes everything anew.
const PIPELINE: u32 = 2;

/// A transformation of a file.
pub(super) struct Plan {
    pub(super) located: Arc<Located>,
    pub(super) transformation: Arc<Transformation>,
    pub(super) watermark: Option<Arc<Located>>,
    /// Which page of a document, from 1.
    pub(super) page: u32,
    facts: Facts,
    /// A hash of everything that the result follows from, but its format.
    key: blake3::Hash,
}

impl Plan {
    pub(super) fn new(
        located: Arc<Located>,
        transformation: Transformation,
        watermark: Option<Arc<Located>>,
        page: u32,
    ) -> Result<Plan> {
        let facts = facts_of(&located.file)?;
        let mut hash = blake3::Hasher::new();
        hash.update(&PIPELINE.to_le_bytes());
        hash.update(&asset(&located.assets, "src")?.hash);
        // Its pages, once it was set as such.
        if let Some(pages) = located.assets.iter().find(|asset| asset.key == PDF) {
            hash.update(&pages.hash);
        }
        hash.update(transformation.to_string().as_bytes());
        if page > 1 {
            hash.update(&page.to_le_bytes());
        }
        if let Some(mark) = &watermark {
            hash.update(&asset(&mark.assets, "src")?.hash);
        }
        if looks_for_what_matters(&transformation) {
            hash.update(format!("{:?}", facts.focus()).as_bytes());
        }
        let key = hash.finalize();
        Ok(Plan { located, transformation: Arc::new(transformation), watermark, page, facts, key })
    }

    pub(super) fn file(&self) -> &FileRecord {
        &self.located.file
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Whether the image has several frames.
    pub(super) fn moves(&self) -> bool {
        self.facts.image.as_ref().is_some_and(|image| image.animated)
    }

    /// The longer side of the result, in pixels; 0 where that can't be told.
    pub(super) fn longest(&self) -> u32 {
        let image = self.facts.image.as_ref();
        let original = image.map(ImageFacts::size).or(self.facts.picture);
        let size = original.and_then(|size| result_size(&self.transformation.steps, size));
        size.map_or(0, |size| size.width.max(size.height))
    }

    /// Whether the result depends on what is known of the picture, of which there may be more some day.
    pub(super) fn may_get_better(&self) -> bool {
        looks_for_what_matters(&self.transformation)
    }

    /// The result's name in one format: also its tag.
    pub(super) fn name(&self, format: Extension) -> String {
        format!("{}.{}", &self.key.to_hex()[..32], format.name())
    }

    /// Looks into the cache.
    pub(super) async fn find(&self, manager: &Manager, format: Extension) -> Result<Found> {
        let key = VariantKey::new(self.file().id.as_str(), &self.name(format)).map_err(internal)?;
        Ok(manager.inner.images.variants.find(&key).await)
    }
}

fn looks_for_what_matters(transformation: &Transformation) -> bool {
    transformation
        .steps
        .iter()
        .any(|step| matches!(step, Step::SmartCrop { .. } | Step::Fill { anchor: Anchor::Auto, .. }))
}
