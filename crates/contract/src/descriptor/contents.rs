//! Documents, archives, 3D models and fonts in a descriptor. What the published API doesn't have stands behind what it has.

use schemars::JsonSchema;
use serde::Serialize;

use super::Image;
use crate::values::{Int64, Timestamp};

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentMedia {
    /// The file's id.
    pub id: String,
    /// Where it is served; empty for private files.
    pub url: String,
    /// The name it came with.
    pub filename: String,
    /// Bytes.
    pub size_in_bytes: Int64,
    /// When a signed `url` ends.
    pub url_expiration_date: Option<Timestamp>,
    /// Its first page, where that can be drawn; a signed link when the file is private.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Image>,
    /// Pages, slides or sheets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// As its author calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Words of its text, as far as it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<u64>,
    /// Whether it opens with a password alone.
    pub encrypted: bool,
}

/// An archive.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveMedia {
    /// The file's id.
    pub id: String,
    /// Where it is served; empty for private files.
    pub url: String,
    /// When a signed `url` ends.
    pub url_expiration_date: Option<Timestamp>,
    /// Bytes.
    pub size_in_bytes: Int64,
    /// The name it came with.
    pub filename: String,
    /// Files and folders in it; `/media-manager/v1/files/{fileId}/entries` lists them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_count: Option<u64>,
    /// Bytes of all files in it once they are unpacked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unpacked_size_in_bytes: Option<Int64>,
    /// Whether some of it opens with a password alone.
    pub encrypted: bool,
    /// Whether it is cut off or broken somewhere.
    pub damaged: bool,
    /// Whether it goes on beyond what was looked at.
    pub has_more_entries: bool,
    /// What whoever unpacks it should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A 3D model.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Model3dMedia {
    /// The file's id.
    pub id: String,
    /// Where it is served; empty for private files.
    pub url: String,
    /// A picture of it.
    pub thumbnail: Option<Image>,
    /// For people who can't see it.
    pub alt_text: Option<String>,
    /// When a signed `url` ends.
    pub url_expiration_date: Option<Timestamp>,
    /// The name it came with.
    pub filename: String,
    /// Bytes.
    pub size_in_bytes: Int64,
    /// The box around it, in its own units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<Box3d>,
    /// Triangles of all that is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub triangles: Option<u64>,
    /// Points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vertices: Option<u64>,
    /// Ways in which its parts look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub materials: Option<u32>,
    /// Pictures on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub textures: Option<u32>,
    /// Ways in which it moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub animations: Option<u32>,
    /// What is missing or can't be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Two corners of a box.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Box3d {
    /// The lowest x, y and z.
    pub min: [f32; 3],
    /// The highest.
    pub max: [f32; 3],
}

/// A font.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FontMedia {
    /// The file's id.
    pub id: String,
    /// Bytes.
    pub size_in_bytes: Int64,
    /// `ttf`, `otf`, `woff` or `woff2`.
    pub format: String,
    /// The family's name; absent until known.
    pub family: Option<String>,
    /// The font's name; absent until known.
    pub font_name: Option<String>,
    /// Formats of it that can be fetched, at most 5.
    pub assets: Vec<FontAsset>,
    /// Its letters; a signed link when the file is private.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Image>,
    /// `Bold`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// 1 to 1000; 400 is regular.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u16>,
    /// Whether it is slanted.
    pub italic: bool,
    /// Whether all its glyphs are equally wide.
    pub monospaced: bool,
    /// Shapes in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub glyphs: Option<u32>,
    /// Scripts that it has all usual letters of: `Latin`, `Greek`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<String>,
    /// What can be varied about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub axes: Vec<Axis>,
}

/// Something that can be varied about a font.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Axis {
    /// `wght`.
    pub tag: String,
    /// Smallest value.
    pub min: f32,
    /// Value without a choice.
    pub default: f32,
    /// Largest value.
    pub max: f32,
}

/// A font in one format.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FontAsset {
    /// What to ask for in generateFileDownloadUrl.
    pub asset_key: String,
    /// Where it is served; empty for private files.
    pub url: String,
    /// `ttf`, `otf`, `woff` or `woff2`.
    pub format: String,
}
