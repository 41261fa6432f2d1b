//! What is known of a file's content: kept as JSON, so names stay as they are once they are in a library.

mod archive;
mod av;
mod document;
mod font;
mod image;
mod model;

use contract::failures::Failure;
use serde::{Deserialize, Serialize};

pub use archive::{ArchiveFacts, Entry};
pub use av::*;
pub use document::DocumentFacts;
pub use font::{FontAxis, FontFacts};
pub use image::ImageFacts;
pub use model::ModelFacts;

/// Everything that was found out. What isn't known, or doesn't apply, is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// For raster images, and for drawings as they are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageFacts>,
    /// For videos, and what was made of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoFacts>,
    /// For sounds, and what was made of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sound: Option<SoundFacts>,
    /// For documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentFacts>,
    /// For archives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<ArchiveFacts>,
    /// For 3D models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelFacts>,
    /// For fonts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub font: Option<FontFacts>,
    /// Why the file FAILED, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

impl Facts {
    /// The number of the poster that stands for a video: not the first one, which is often of a beginning without much to
    /// see.
    pub fn poster(&self) -> Option<usize> {
        let posters = self.video.as_ref()?.posters.len();
        posters.checked_sub(1).map(|last| last.min(2))
    }

    /// The point of a picture that draws the eye, in fractions from the left and from above.
    pub fn focus(&self) -> Option<(f64, f64)> {
        let [x, y] = self.image.as_ref()?.focus?;
        Some((f64::from(x), f64::from(y)))
    }
}
