//! What is known of a file's content: kept as JSON, so names stay as they are once they are in a library.

mod annotations;
mod archive;
mod av;
mod document;
mod font;
mod image;
mod labels;
mod model;

use contract::failures::Failure;
use contract::transform::Size;
use serde::{Deserialize, Serialize};

pub use annotations::{Annotations, Face, Fingerprint, Found, Label, Text};
pub use archive::{ArchiveFacts, Entry};
pub use av::*;
pub use document::DocumentFacts;
pub use font::{FontAxis, FontFacts};
pub use image::ImageFacts;
pub use labels::Labels;
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
    /// What machines have seen in a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
    /// When they looked last, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotated: Option<i64>,
    /// Whose the labels are, once a machine has given some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
    /// The point of a picture that matters, as somebody has chosen it, in fractions from the left and from above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_focus: Option<[f32; 2]>,
    /// The size in pixels, by itself, of the picture that stands for what is no picture: a first page, a specimen, a view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Size>,
    /// What could not be found out, and why, in a sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
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

    /// The point of a picture that matters, in fractions from the left and from above: as somebody has chosen it, or as faces
    /// show, or where the eye goes.
    pub fn focus(&self) -> Option<(f64, f64)> {
        let drawn_to = || self.image.as_ref()?.focus;
        let [x, y] = self.focal_point().or_else(drawn_to)?;
        Some((f64::from(x), f64::from(y)))
    }

    /// The same, as far as somebody has chosen it or faces show it.
    pub fn focal_point(&self) -> Option<[f32; 2]> {
        self.chosen_focus.or_else(|| {
            let faces = &self.annotations.as_ref()?.faces.as_ref()?.value;
            middle(faces)
        })
    }
}

/// The middle of the faces in a picture, the larger ones counting for more.
fn middle(faces: &[Face]) -> Option<[f32; 2]> {
    let weight = |face: &Face| face.width * face.height;
    let all: f32 = faces.iter().map(weight).sum();
    let mean =
        |place: fn(&Face) -> f32| faces.iter().map(|face| place(face) * weight(face)).sum::<f32>() / all;
    (all > 0.0)
        .then(|| [mean(|face| face.left + face.width / 2.0), mean(|face| face.top + face.height / 2.0)])
}
