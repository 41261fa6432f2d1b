//! 3D models: what is in them, and a picture of how they look.
//!
//! A model is read from its own bytes alone: what it keeps in other files is missing, and said to be. Counts are checked
//! before memory is taken, and everything blocks and uses the calling thread alone.

mod draw;
mod gltf;
mod obj;
mod ply;
mod polygon;
mod scene;
mod space;
mod stl;

use codecs::Pixels;
use contract::formats::{self, Format};
use facts::ModelFacts;

use scene::Scene;
use space::Bounds;

/// What one model may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most triangles of all that is shown; what is shown twice counts twice.
    pub triangles: u64,
    /// Most vertices, likewise.
    pub vertices: u64,
    /// Most nodes, meshes, materials or other things of a kind.
    pub things: usize,
    /// Most pixels of one of its pictures, as stored, and a quarter of what all of them may have. Larger ones are left out.
    pub texture_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { triangles: 8_000_000, vertices: 8_000_000, things: 100_000, texture_pixels: 40 << 20 }
    }
}

/// Why a model can't be read or drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is not what its format asks for.
    #[error("{0}")]
    Broken(String),
    /// It has more of something than the limits allow.
    #[error("{0}")]
    Limit(String),
    /// It is right, but nothing of it can be shown here.
    #[error("{0}")]
    Unsupported(String),
}

fn broken(what: impl std::fmt::Display) -> Error {
    Error::Broken(format!("the model is damaged: {what}"))
}

fn open<'a>(bytes: &'a [u8], format: &'static Format, limits: &Limits) -> Result<Box<dyn Scene + 'a>, Error> {
    Ok(match format.name {
        name if name == formats::GLB.name || name == formats::GLTF.name => {
            Box::new(gltf::Model::open(bytes, limits)?)
        }
        name if name == formats::OBJ.name => Box::new(obj::open(bytes, limits)?),
        name if name == formats::STL.name => Box::new(stl::open(bytes, limits)?),
        name if name == formats::PLY.name => Box::new(ply::open(bytes, limits)?),
        name => return Err(Error::Unsupported(format!("{name} is no 3D model"))),
    })
}

/// Finds out what a model is.
///
/// # Errors
///
/// [`Error::Broken`], [`Error::Limit`].
pub fn inspect(bytes: &[u8], format: &'static Format, limits: &Limits) -> Result<ModelFacts, Error> {
    let scene = open(bytes, format, limits)?;
    let mut bounds = Bounds::default();
    let (mut triangles, mut vertices) = (0, 0);
    scene.parts(&mut |part| {
        triangles += part.triangles.len() as u64;
        vertices += part.positions.len() as u64;
        part.positions.iter().for_each(|position| bounds.add(*position));
    })?;
    let mut facts = scene.facts();
    let hidden = scene.hidden();
    hidden.boxes.iter().for_each(|corners| corners.iter().for_each(|corner| bounds.add(*corner)));
    facts.triangles = triangles + hidden.triangles;
    facts.vertices = vertices + hidden.vertices;
    (facts.min, facts.max) = bounds.corners().unwrap_or_default();
    Ok(facts)
}

/// Draws a square picture of a model, `side` pixels wide, from ahead and above, on nothing but its own shadow.
///
/// # Errors
///
/// [`Error::Broken`], [`Error::Limit`]; [`Error::Unsupported`] where nothing of it can be shown.
pub fn draw(bytes: &[u8], format: &'static Format, side: u32, limits: &Limits) -> Result<Pixels, Error> {
    let scene = open(bytes, format, limits)?;
    draw::picture(&*scene, side, limits)
}
