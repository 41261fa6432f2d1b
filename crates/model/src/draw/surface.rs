//! How each part looks: its material, with pictures decoded once.

use std::collections::HashMap;
use std::rc::Rc;

use crate::Limits;
use crate::scene::{Alpha, Cover, Material, Part, Scene};
use crate::space::V3;

use super::cover::{Image, linear_table};

/// Shares of all pixels that may be decoded: for colours, and for what matters less.
const FOR_COLOURS: u64 = 4;
const FOR_DETAILS: u64 = 2;

/// Everything that surfaces need, as it is asked for.
pub(super) struct Surfaces<'a> {
    scene: &'a dyn Scene,
    most: u64,
    left: u64,
    images: HashMap<usize, Option<Rc<Image>>>,
    materials: HashMap<Option<usize>, Rc<Surface>>,
    linear: Rc<[f32; 256]>,
}

/// A picture where it covers a surface.
type Covered = (Rc<Image>, Cover);

/// A material with its pictures.
pub(super) struct Surface {
    pub(super) material: Material,
    pub(super) colour: Option<Covered>,
    pub(super) metal: Option<Covered>,
    pub(super) glow: Option<Covered>,
    pub(super) bumps: Option<(Rc<Image>, Cover, f32)>,
    linear: Rc<[f32; 256]>,
}

impl<'a> Surfaces<'a> {
    pub(super) fn new(scene: &'a dyn Scene, limits: &Limits) -> Self {
        Self {
            scene,
            most: limits.texture_pixels,
            left: FOR_COLOURS * limits.texture_pixels,
            images: HashMap::new(),
            materials: HashMap::new(),
            linear: Rc::new(linear_table()),
        }
    }

    pub(super) fn of(&mut self, part: &Part) -> Rc<Surface> {
        if let Some(known) = self.materials.get(&part.material) {
            return known.clone();
        }
        let material = part.material.map_or_else(Material::default, |number| self.scene.material(number));
        let colour = self.covered(material.cover, FOR_COLOURS);
        let glow = self.covered(material.glow_cover, FOR_COLOURS);
        let metal = self.covered(material.surface, FOR_DETAILS);
        let bumps = material.bumps.and_then(|(cover, by)| {
            let (image, cover) = self.covered(Some(cover), FOR_DETAILS)?;
            Some((image, cover, by))
        });
        let surface = Rc::new(Surface { material, colour, metal, glow, bumps, linear: self.linear.clone() });
        self.materials.insert(part.material, surface.clone());
        surface
    }

    fn covered(&mut self, cover: Option<Cover>, share: u64) -> Option<Covered> {
        let cover = cover?;
        if let Some(known) = self.images.get(&cover.picture) {
            return Some((known.clone()?, cover));
        }
        // What is decoded in vain counts, too.
        let mut allowed = (self.left.saturating_sub((FOR_COLOURS - share) * self.most)).min(self.most);
        let before = allowed;
        let bytes = if allowed > 0 { self.scene.picture(cover.picture) } else { None };
        let image = bytes.and_then(|bytes| Image::decode(&bytes, &mut allowed)).map(Rc::new);
        self.left = self.left.saturating_sub(before - allowed);
        self.images.insert(cover.picture, image.clone());
        Some((image?, cover))
    }
}

impl Surface {
    /// Whether one may see through.
    pub(super) fn is_veiled(&self) -> bool {
        self.material.alpha == Alpha::Blend || self.material.transmission > 0.0
    }

    /// Samples of a colour in linear light.
    pub(super) fn light(&self, [r, g, b, alpha]: [f32; 4]) -> [f32; 4] {
        let light = |sample: f32| self.linear[(sample * 255.0 + 0.5) as usize & 255];
        [light(r), light(g), light(b), alpha]
    }
}

/// Where a place of a part lies on a picture.
pub(super) fn mapped(cover: &Cover, places: [[f32; 2]; 2]) -> [f32; 2] {
    let [u, v] = places[cover.set];
    cover.map.map(|[a, b, c]| a * u + b * v + c)
}

/// A sample of a surface, ready for light.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) colour: V3,
    pub(super) cover: f32,
    pub(super) metallic: f32,
    pub(super) rough: f32,
    pub(super) glow: V3,
}
