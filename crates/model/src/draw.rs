//! A picture of a model: a small rasteriser with one light from the left, a fill from the right and a sky.

mod camera;
mod canvas;
mod cover;
mod light;
mod raster;
mod shadow;
mod surface;

use codecs::Pixels;

use crate::scene::Scene;
use crate::{Error, Limits};

use camera::{Camera, View};
use canvas::Canvas;
use shadow::Shadow;
use surface::Surfaces;

/// Samples across and down for each pixel, for small pictures.
const SAMPLES: u32 = 3;
/// Longest side of a picture; beyond it more wouldn't be seen.
const LONGEST: u32 = 1024;

/// Draws what a scene shows.
pub(crate) fn picture(scene: &dyn Scene, side: u32, limits: &Limits) -> Result<Pixels, Error> {
    if side == 0 || side > LONGEST {
        return Err(Error::Limit(format!("pictures of models are 1 to {LONGEST} pixels wide")));
    }
    let samples = if side <= 512 { SAMPLES } else { 2 };
    let bounds = scene_bounds(scene)?;
    let nothing = || Error::Unsupported("there is nothing in the model that can be shown".into());
    let (min, max) = bounds.corners().ok_or_else(nothing)?;
    let view = View::of(min, max, scene.up());
    // One walk finds how far away the camera has to be, and the shadow; the next ones draw.
    let mut fit = camera::Fit::new(&view);
    let mut shadow = Shadow::new(&view);
    scene.parts(&mut |part| {
        fit.add(part);
        shadow.add(part, &view);
    })?;
    let camera = Camera::fitted(view, fit);
    let mut canvas = Canvas::new((side * samples) as usize);
    let mut surfaces = Surfaces::new(scene, limits);
    let mut veiled = false;
    scene.parts(&mut |part| {
        let surface = surfaces.of(part);
        match surface.is_veiled() {
            true => veiled = true,
            false => raster::draw(part, &surface, &camera, &mut canvas),
        }
    })?;
    if veiled {
        scene.parts(&mut |part| {
            let surface = surfaces.of(part);
            if surface.is_veiled() {
                raster::draw(part, &surface, &camera, &mut canvas);
            }
        })?;
    }
    shadow.fall(&camera, &mut canvas);
    Ok(canvas.shrunk(samples as usize))
}

fn scene_bounds(scene: &dyn Scene) -> Result<crate::space::Bounds, Error> {
    let mut bounds = crate::space::Bounds::default();
    scene.parts(&mut |part| part.positions.iter().for_each(|position| bounds.add(*position)))?;
    Ok(bounds)
}
