//! The closed sets of values that travel on the wire (CONTRACT 1.2, 1.3).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a file is, as the wire names it (`mediaType`). Fonts have no name of their own there: they are `OTHER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum MediaType {
    /// Not known; never stored.
    Unknown,
    /// A raster image.
    Image,
    /// A video.
    Video,
    /// A sound.
    Audio,
    /// A document.
    Document,
    /// A vector drawing.
    Vector,
    /// An archive.
    Archive,
    /// A 3D model.
    Model3d,
    /// Anything else: here, fonts.
    Other,
}

impl MediaType {
    /// The types that a filter may name, in the order of the contract (CONTRACT 1.3 (17)).
    pub const FILTERABLE: [MediaType; 7] = [
        MediaType::Image,
        MediaType::Video,
        MediaType::Audio,
        MediaType::Document,
        MediaType::Vector,
        MediaType::Archive,
        MediaType::Model3d,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            MediaType::Unknown => "UNKNOWN",
            MediaType::Image => "IMAGE",
            MediaType::Video => "VIDEO",
            MediaType::Audio => "AUDIO",
            MediaType::Document => "DOCUMENT",
            MediaType::Vector => "VECTOR",
            MediaType::Archive => "ARCHIVE",
            MediaType::Model3d => "MODEL3D",
            MediaType::Other => "OTHER",
        }
    }
}

/// How far the work on a file has come (`operationStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum OperationStatus {
    /// Bytes or facts are still being worked on.
    Pending,
    /// The file can be used.
    Ready,
    /// The work failed for good; the original is kept.
    Failed,
}

/// Whether a file or folder is live (`state`). `DELETED` is seen only in events and filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum State {
    /// Live, or in the trash.
    Ok,
    /// Deleted.
    Deleted,
}

/// The direction of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum SortOrder {
    /// Smallest first.
    Asc,
    /// Largest first.
    Desc,
}

/// The tree a search looks through (CONTRACT 5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RootFolder {
    /// The site's files.
    #[default]
    MediaRoot,
    /// The trash.
    TrashRoot,
    /// What visitors uploaded.
    VisitorUploadsRoot,
}

/// Who made a call or added a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IdentityType {
    /// Not known.
    Unknown,
    /// A visitor who did not sign in.
    AnonymousVisitor,
    /// A member of the site.
    Member,
    /// A user of this system.
    WixUser,
    /// An app, which is what an API key is.
    App,
}

impl IdentityType {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            IdentityType::Unknown => "UNKNOWN",
            IdentityType::AnonymousVisitor => "ANONYMOUS_VISITOR",
            IdentityType::Member => "MEMBER",
            IdentityType::WixUser => "WIX_USER",
            IdentityType::App => "APP",
        }
    }

    /// The type with this name; any other name is that of `Unknown`.
    pub fn by_name(name: &str) -> IdentityType {
        let known =
            [IdentityType::AnonymousVisitor, IdentityType::Member, IdentityType::WixUser, IdentityType::App];
        known.into_iter().find(|known| known.name() == name).unwrap_or(IdentityType::Unknown)
    }
}

/// How a browser should treat a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ContentDisposition {
    /// Save it.
    #[default]
    Attachment,
    /// Show it.
    Inline,
}
