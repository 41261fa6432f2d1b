//! Documents.

use serde::{Deserialize, Serialize};

/// What is known of a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentFacts {
    /// Pages, slides or sheets, where the format has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Width and height of the first page or slide in points, 1/72 of an inch, as it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<[f32; 2]>,
    /// As its author calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// When it was made, as it says itself: `2026-11-30T18:25:00Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When it was last changed, as it says itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// Words of its text, as far as it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<u64>,
    /// Whether it opens with a password alone.
    #[serde(default)]
    pub encrypted: bool,
}
