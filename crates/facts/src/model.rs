//! 3D models.

use serde::{Deserialize, Serialize};

/// What is known of a 3D model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelFacts {
    /// The lowest corner of the box around it, in its own units.
    pub min: [f32; 3],
    /// The highest corner.
    pub max: [f32; 3],
    /// Triangles, of all that is shown.
    pub triangles: u64,
    /// Points.
    pub vertices: u64,
    /// Things that it is made of.
    pub meshes: u32,
    /// Ways in which they look.
    pub materials: u32,
    /// Pictures on them.
    pub textures: u32,
    /// Ways in which it moves.
    pub animations: u32,
    /// What it is called, where the file says so in earnest: a program's words for any scene don't count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who made it, as the file says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What others may do with it, as the file says: a licence, or a note on copyright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// The program that wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generator: Option<String>,
    /// What is missing or can't be read, in sentences for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}
