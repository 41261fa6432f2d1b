//! Pictures.

use contract::transform::Size;
use serde::{Deserialize, Serialize};

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
