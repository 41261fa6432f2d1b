//! What is known of a file's content: kept as JSON, so names stay as they are once they are in a library.

use contract::failures::Failure;
use contract::transform::Size;
use serde::{Deserialize, Serialize};

/// Everything that was found out. What isn't known, or doesn't apply, is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// For raster images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageFacts>,
    /// Why the file FAILED, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// What is known of a raster image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageFacts {
    /// Pixels, as displayed: after the orientation is applied.
    pub width: u32,
    /// Pixels, as displayed.
    pub height: u32,
    /// EXIF orientation, 1 to 8; 1 for formats that keep it elsewhere.
    pub orientation: u8,
    /// More than one frame.
    pub animated: bool,
    /// The colour that stands for the picture, in sRGB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prominent: Option<[u8; 3]>,
    /// At most ten colours, the widest-spread first; empty where the pixels could not be read.
    pub palette: Vec<[u8; 3]>,
    /// The point that draws the eye, in fractions from the left and from above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<[f32; 2]>,
    /// A few bytes from which a blurred stand-in is drawn while the picture loads: ThumbHash, in Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbhash: Option<String>,
    /// The same as BlurHash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blurhash: Option<String>,
}

impl ImageFacts {
    /// Width and height, as displayed.
    pub fn size(&self) -> Size {
        Size { width: self.width, height: self.height }
    }
}

impl Facts {
    /// The point of a picture that draws the eye, in fractions from the left and from above.
    pub fn focus(&self) -> Option<(f64, f64)> {
        let [x, y] = self.image.as_ref()?.focus?;
        Some((f64::from(x), f64::from(y)))
    }
}
