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
}
