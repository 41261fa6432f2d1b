//! What every format is read into.

use facts::ModelFacts;

use crate::Error;
use crate::space::V3;

/// A model that can be looked at part by part, as often as needed, so that not all of it is in memory at once.
pub(crate) trait Scene {
    /// Shows each part in its place.
    fn parts(&self, see: &mut dyn FnMut(&Part)) -> Result<(), Error>;
    /// What is known beside its shape.
    fn facts(&self) -> ModelFacts;
    /// What is there and can't be shown.
    fn hidden(&self) -> Hidden {
        Hidden::default()
    }
    /// A way to look, by its number in [`Part::material`].
    fn material(&self, number: usize) -> Material;
    /// The encoded bytes of a picture.
    fn picture(&self, number: usize) -> Option<Vec<u8>>;
    /// Which way is up.
    fn up(&self) -> Up {
        Up::Y
    }
}

/// Parts whose shape is packed in a way that isn't read here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hidden {
    pub(crate) boxes: Vec<[V3; 8]>,
    pub(crate) triangles: u64,
    pub(crate) vertices: u64,
}

/// The axis that points up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Up {
    Y,
    Z,
}

/// Triangles, lines or points that look alike, where they are in the scene.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    pub(crate) positions: Vec<V3>,
    /// For each position, or none.
    pub(crate) normals: Vec<V3>,
    /// Places on pictures, of two sets, for each position, or none.
    pub(crate) places: [Vec<[f32; 2]>; 2],
    /// Colours in linear light, and opacity, for each position, or none.
    pub(crate) colours: Vec<[f32; 4]>,
    pub(crate) triangles: Vec<[u32; 3]>,
    pub(crate) lines: Vec<[u32; 2]>,
    /// Whether each position is shown as a point.
    pub(crate) points: bool,
    pub(crate) material: Option<usize>,
}

/// How transparent parts are shown.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) enum Alpha {
    #[default]
    Opaque,
    /// All or nothing, from this opacity on.
    Mask(f32),
    Blend,
}

/// A picture on a surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cover {
    /// The number of its bytes.
    pub(crate) picture: usize,
    /// Which set of places.
    pub(crate) set: usize,
    /// What is made of a place: two rows of three.
    pub(crate) map: [[f32; 3]; 2],
    /// What happens beyond the edges, across and down.
    pub(crate) wrap: [Wrap; 2],
    /// Whether pixels stay visible instead of being smoothed.
    pub(crate) nearest: bool,
}

/// What lies beyond the edge of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Wrap {
    #[default]
    Repeat,
    Mirror,
    Clamp,
}

/// How a surface looks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Material {
    /// In linear light, and opacity.
    pub(crate) colour: [f32; 4],
    pub(crate) cover: Option<Cover>,
    pub(crate) metallic: f32,
    pub(crate) rough: f32,
    /// Roughness in green, metal in blue.
    pub(crate) surface: Option<Cover>,
    pub(crate) glow: V3,
    pub(crate) glow_cover: Option<Cover>,
    pub(crate) bumps: Option<(Cover, f32)>,
    pub(crate) alpha: Alpha,
    pub(crate) double_sided: bool,
    pub(crate) unlit: bool,
    /// How much light goes through: glass.
    pub(crate) transmission: f32,
}

impl Default for Material {
    /// What a surface looks like that doesn't say it: light, neither matt nor shiny, and seen from both sides, as such
    /// models are often inside out.
    fn default() -> Self {
        Self {
            colour: [0.6, 0.6, 0.62, 1.0],
            cover: None,
            metallic: 0.0,
            rough: 0.6,
            surface: None,
            glow: [0.0; 3],
            glow_cover: None,
            bumps: None,
            alpha: Alpha::Opaque,
            double_sided: true,
            unlit: false,
            transmission: 0.0,
        }
    }
}

/// A model that is in memory as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    pub(crate) parts: Vec<Part>,
    pub(crate) facts: ModelFacts,
    pub(crate) up: Up,
}

impl Scene for Whole {
    fn parts(&self, see: &mut dyn FnMut(&Part)) -> Result<(), Error> {
        self.parts.iter().for_each(see);
        Ok(())
    }

    fn facts(&self) -> ModelFacts {
        self.facts.clone()
    }

    fn material(&self, _: usize) -> Material {
        Material::default()
    }

    fn picture(&self, _: usize) -> Option<Vec<u8>> {
        None
    }

    fn up(&self) -> Up {
        self.up
    }
}

/// A sample of sRGB in linear light.
pub(crate) fn linear(sample: f32) -> f32 {
    if sample <= 0.040_45 { sample / 12.92 } else { ((sample + 0.055) / 1.055).powf(2.4) }
}

/// A word that says something: no empty ones, no words of programs for anything, nothing endless.
pub(crate) fn telling(name: &str) -> Option<String> {
    const SAID_OF_ANYTHING: [&str; 24] = [
        "scene",
        "root",
        "rootnode",
        "node",
        "mesh",
        "model",
        "object",
        "default",
        "untitled",
        "auxscene",
        "world",
        "sketchfab_scene",
        "sketchfab_model",
        "osg_scene",
        "collada visual scene group",
        "assimproot",
        "armature",
        "root scene",
        "nodes",
        "group",
        "cube",
        "geometry",
        "solid",
        "none",
    ];
    let name = name.trim();
    let bare = name
        .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | ' '))
        .to_lowercase();
    let says = !bare.is_empty() && !SAID_OF_ANYTHING.contains(&bare.as_str());
    let clean = !name.chars().any(char::is_control) && name.chars().any(char::is_alphabetic);
    (says && clean).then(|| name.chars().take(200).collect())
}
