//! The file descriptor and what hangs on it (CONTRACT 1.2).

mod av;
mod contents;

pub use contents::{ArchiveMedia, Axis, Box3d, DocumentMedia, FontAsset, FontMedia, Model3dMedia};

pub use av::{
    AudioAsset, AudioMedia, SoundStream, Storyboard, VideoCaption, VideoMedia, VideoOriginal, VideoResolution,
};

use schemars::JsonSchema;
use serde::Serialize;

use crate::enums::{IdentityType, MediaType, OperationStatus, State};
use crate::failures::Failure;
use crate::files::AnnotationType;
use crate::values::{Int64, Timestamp};

/// A file as the API shows it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileDescriptor {
    /// Fixed when the upload URL is made.
    pub id: String,
    /// At most 255 characters.
    pub display_name: String,
    /// Where the original is served; a private file answers 403 there.
    pub url: String,
    /// A folder's id, or `media-root`, `visitor-uploads`, `trash-root`.
    pub parent_folder_id: String,
    /// 32 hex digits; empty until the bytes are here.
    pub hash: String,
    /// `-1` until known.
    pub size_in_bytes: Int64,
    /// Set at creation, for good.
    pub private: bool,
    /// What it is.
    pub media_type: MediaType,
    /// What is known of its content; absent until the bytes are here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// Whether it can be used.
    pub operation_status: OperationStatus,
    /// Why it FAILED. The published descriptor keeps that to the events; who only polls would never know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What could not be found out of its content, and why, in a sentence for people. No part of the published API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// Where it was imported from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// A picture of it; a signed link when the file is private.
    pub thumbnail_url: String,
    /// At most 100, of at most 200 characters each.
    pub labels: Vec<String>,
    /// When the file came in.
    pub created_date: Timestamp,
    /// When content, facts, name, labels or folder last changed.
    pub updated_date: Timestamp,
    /// The site that holds it.
    pub site_id: String,
    /// `OK`, in the trash too.
    pub state: State,
    /// How it came in: `_fileOrigin_uploaded` for uploads, nothing for imports.
    pub internal_tags: Vec<String>,
    /// Who brought it.
    pub added_by: IdentityInfo,
    /// By content.
    pub mime_type: String,
}

/// Who brought a file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IdentityInfo {
    /// The kind of caller.
    pub identity_type: IdentityType,
    /// The caller's id; an API key's id for apps.
    pub identity_id: String,
}

/// What is known of a file's content: exactly one of these.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Media {
    /// Images, and vectors as the reference replies show them.
    Image(Box<ImageMedia>),
    /// Videos.
    Video(Box<VideoMedia>),
    /// Sounds.
    Audio(Box<AudioMedia>),
    /// Documents.
    Document(DocumentMedia),
    /// Archives.
    Archive(ArchiveMedia),
    /// 3D models.
    Model3d(Model3dMedia),
    /// Fonts.
    Font(FontMedia),
}

/// An image and what is in it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageMedia {
    /// The picture.
    pub image: Image,
    /// Absent until known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colors: Option<Colors>,
    /// Empty when none were found.
    pub faces: Vec<Face>,
    /// A signed preview of a private image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preview_image: Option<Image>,
    /// A sentence about it, made by a machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Whether it moves.
    pub is_animated: bool,
    /// Whether there is text in it; absent until known. No part of the published API, as is what follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains_text: Option<bool>,
    /// The text in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Which machine told what, and when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
    /// A ThumbHash in Base64: a blurred stand-in while the picture loads. No part of the published API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbhash: Option<String>,
    /// The same as BlurHash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blurhash: Option<String>,
}

/// Something that a machine told of a picture.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Annotation {
    /// What it told: `FACES`, `LABELS`.
    pub r#type: AnnotationType,
    /// The model's name.
    pub model: String,
    /// The model's version.
    pub version: String,
    /// When.
    pub created_date: Timestamp,
    /// Labels with how sure the machine was of each, 0 to 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<MachineLabel>,
}

/// A label that a machine gave.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MachineLabel {
    /// What is to be seen.
    pub name: String,
    /// 0 to 1.
    pub confidence: f32,
}

/// The point of a picture that matters, in percent of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct FocalPoint {
    /// From the left.
    pub x: f32,
    /// From above.
    pub y: f32,
}

/// A picture that can be fetched.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// The file's id.
    pub id: String,
    /// Empty for private files.
    pub url: String,
    /// Pixels, as displayed.
    pub height: u32,
    /// Pixels, as displayed.
    pub width: u32,
    /// For people who can't see it.
    pub alt_text: Option<String>,
    /// When a signed `url` ends.
    pub url_expiration_date: Option<Timestamp>,
    /// The name it came with; doesn't follow renames.
    pub filename: String,
    /// Bytes.
    pub size_in_bytes: Int64,
    /// The point that somebody has chosen, or that faces show; absent where nobody has and none are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focal_point: Option<FocalPoint>,
}

/// A face, in pixels from the top left.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Face {
    /// 0 to 1.
    pub confidence: f32,
    /// Left.
    pub x: u32,
    /// Top.
    pub y: u32,
    /// Pixels.
    pub height: u32,
    /// Pixels.
    pub width: u32,
}

/// The colours of a picture.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Colors {
    /// The one that stands for the picture.
    pub prominent: Color,
    /// At most ten, the widest-spread first.
    pub palette: Vec<Color>,
}

/// A colour in sRGB.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Color {
    /// `#1a2427`.
    pub hex: String,
    /// The same in numbers.
    pub rgb: Rgb,
}

/// Red, green and blue in sRGB, 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rgb {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

impl From<[u8; 3]> for Color {
    fn from([r, g, b]: [u8; 3]) -> Color {
        Color { hex: format!("#{r:02x}{g:02x}{b:02x}"), rgb: Rgb { r, g, b } }
    }
}
