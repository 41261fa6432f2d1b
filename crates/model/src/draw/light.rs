//! What light makes of a surface.

use crate::space::{V3, add, dot, mix, scale, sub, times, unit};

use super::camera::View;
use super::surface::Sample;

/// A lamp from the left and above, a weaker one from the right, and a sky over a floor.
pub(super) struct Lights {
    key: V3,
    fill: V3,
    sky: V3,
}

const KEY: V3 = [0.80, 0.785, 0.75];
const FILL: V3 = [0.17, 0.19, 0.23];
const SKY: V3 = [0.40, 0.42, 0.46];
const FLOOR: V3 = [0.19, 0.185, 0.18];
/// What mirrors show of the sky around them, at the horizon, and above it.
const HORIZON: V3 = [0.95, 0.95, 0.97];
const ZENITH: V3 = [0.62, 0.66, 0.74];
const BELOW: V3 = [0.20, 0.195, 0.19];

impl Lights {
    pub(super) fn new(view: &View) -> Self {
        let [side, top, towards] = view.axes;
        let from = |x: f32, y: f32, z: f32| unit(add(add(scale(side, x), scale(top, y)), scale(towards, z)));
        Self { key: from(-0.55, 0.75, 0.62), fill: from(0.9, 0.1, 0.5), sky: view.sky }
    }

    /// The light that a sample sends to the eye.
    pub(super) fn shade(&self, sample: &Sample, normal: V3, to_eye: V3) -> V3 {
        let facing = dot(normal, to_eye).max(1e-3);
        let up = 0.5 + 0.5 * dot(normal, self.sky);
        let lamp = dot(normal, self.key).max(0.0);
        // The edge of the light is soft, as that of a large lamp is.
        let fill = (0.25 + 0.75 * dot(normal, self.fill)).max(0.0);
        let around = add(mix(FLOOR, SKY, up), add(scale(KEY, lamp), scale(FILL, fill)));
        let matt = times(scale(sample.colour, 1.0 - sample.metallic), around);
        let base = mix([0.04; 3], sample.colour, sample.metallic);
        let rough = sample.rough.max(0.08);
        let edge = (1.0 - facing).powi(5) * (1.0 - rough);
        let mirror = base.map(|share| share + (1.0 - share) * edge * 0.7);
        let reflected = sub(scale(normal, 2.0 * dot(normal, to_eye)), to_eye);
        let shine =
            times(mirror, add(self.around(reflected, rough), scale(KEY, self.spot(normal, to_eye, rough))));
        shoulder(add(add(matt, shine), sample.glow))
    }

    /// What is seen in a mirror, the more blurred the rougher it is.
    fn around(&self, way: V3, rough: f32) -> V3 {
        let height = dot(way, self.sky);
        let soft = 0.06 + rough * 0.9;
        let above = smooth((height + soft * 0.5) / soft);
        let sharp = mix(BELOW, mix(HORIZON, ZENITH, height.max(0.0).sqrt()), above);
        // A softbox where the lamp is, and a window on the other side.
        let window = |from: V3, size: f32| smooth((dot(way, from) - size) / (0.05 + rough * 0.4));
        let bright = (1.0 - rough) * (1.1 * window(self.key, 0.8) + 0.5 * window(self.fill, 0.86));
        add(sharp, [bright; 3])
    }

    /// The glint of the lamp.
    fn spot(&self, normal: V3, to_eye: V3, rough: f32) -> f32 {
        let half = unit(add(self.key, to_eye));
        let alpha = (rough * rough).max(0.02);
        let facing = dot(normal, half).max(0.0);
        let spread = facing * facing * (alpha * alpha - 1.0) + 1.0;
        let glint = alpha * alpha / (spread * spread).max(1e-6);
        (glint * 0.25 * dot(normal, self.key).max(0.0) / (0.3 + rough)).min(4.0)
    }
}

fn smooth(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Keeps bright colours from being cut off: all of them are let down together, so that they stay the colours they are.
fn shoulder(light: V3) -> V3 {
    const FROM: f32 = 0.78;
    let most = light[0].max(light[1]).max(light[2]);
    if most <= FROM || !most.is_finite() {
        return light;
    }
    let let_down = FROM + (1.0 - FROM) * (1.0 - (-(most - FROM) / (1.0 - FROM)).exp());
    let paler = mix(scale(light, let_down / most), [let_down; 3], ((most - 1.0) * 0.15).clamp(0.0, 0.6));
    paler.map(|channel| channel.min(1.0))
}
