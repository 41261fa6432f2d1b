//! Fonts.

use serde::{Deserialize, Serialize};

/// What is known of a font.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FontFacts {
    /// `DejaVu Sans`.
    pub family: String,
    /// `DejaVu Sans Bold`.
    pub name: String,
    /// `Bold`.
    pub style: String,
    /// 1 to 1000; 400 is regular.
    pub weight: u16,
    /// Whether it is slanted.
    #[serde(default)]
    pub italic: bool,
    /// Whether all glyphs are equally wide.
    #[serde(default)]
    pub monospaced: bool,
    /// Shapes in it.
    pub glyphs: u32,
    /// Characters that have one.
    pub characters: u32,
    /// Scripts that it has all usual letters of, by their names in Unicode: `Latin`, `Greek`.
    #[serde(default)]
    pub scripts: Vec<String>,
    /// Axes of a variable font.
    #[serde(default)]
    pub axes: Vec<FontAxis>,
    /// Fonts in the file.
    pub fonts: u32,
}

/// What can be varied about a font.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FontAxis {
    /// `wght`.
    pub tag: String,
    /// Smallest value.
    pub min: f32,
    /// Value without a choice.
    pub default: f32,
    /// Largest value.
    pub max: f32,
}
