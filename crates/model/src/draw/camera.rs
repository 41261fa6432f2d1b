//! From where a model is looked at.

use crate::scene::{Part, Up};
use crate::space::{V3, add, cross, dot, scale, sub, unit};

/// Half of what is seen, as a share of the distance.
const SPREAD: f32 = 0.27;
/// What is left free at the edges, as a share of the picture.
const FREE: f32 = 0.06;

/// The directions of a look, and the model's place in it: everything is drawn in units of half the model's diagonal around
/// its middle, so that neither tiny nor huge models lose their digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    middle: V3,
    unit: f32,
    /// To the right, up, and towards who looks.
    pub(super) axes: [V3; 3],
    /// Where the ground is, along [`Self::sky`], in units.
    pub(super) ground: f32,
    /// Up in the model.
    pub(super) sky: V3,
    /// Right and front of the model, seen from ahead.
    pub(super) floor: [V3; 2],
}

impl View {
    /// A look from ahead, from the right and from above; flat models are looked at more directly.
    pub(super) fn of(min: V3, max: V3, up: Up) -> Self {
        let size = sub(max, min);
        let middle = std::array::from_fn(|at| min[at] / 2.0 + max[at] / 2.0);
        let unit_of = dot(size, size).sqrt() / 2.0;
        let unit_of = if unit_of > 0.0 && unit_of.is_finite() { unit_of } else { 1.0 };
        let (sky, right, front) = match up {
            Up::Y => ([0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]),
            Up::Z => ([0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0]),
        };
        let extent = |axis: V3| dot(axis, size).abs();
        let (wide, deep, high) = (extent(right), extent(front), extent(sky));
        let most = wide.max(deep).max(high);
        let (turn, lift): (f32, f32) = if deep < most * 0.12 && deep <= wide.min(high) {
            (22.0, 12.0)
        } else if wide < most * 0.12 && wide <= deep.min(high) {
            (66.0, 12.0)
        } else if high < most * 0.15 {
            (28.0, 42.0)
        } else if deep > 2.2 * wide {
            (52.0, 20.0)
        } else {
            (32.0, 20.0)
        };
        let (turn, lift) = (turn.to_radians(), lift.to_radians());
        let ahead = add(scale(right, turn.sin()), scale(front, turn.cos()));
        let towards = unit(add(scale(ahead, lift.cos()), scale(sky, lift.sin())));
        let side = unit(cross(sky, towards));
        Self {
            middle,
            unit: unit_of,
            axes: [side, cross(towards, side), towards],
            ground: -high / 2.0 / unit_of,
            sky,
            floor: [right, front],
        }
    }

    /// A point in units around the middle.
    pub(super) fn place(&self, point: V3) -> V3 {
        std::array::from_fn(|at| (point[at] / self.unit) - (self.middle[at] / self.unit))
    }
}

/// How much has to be in the picture: for each side of it, the furthest that anything reaches over it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    view: View,
    /// Left, right, below and above, and the nearest.
    reach: [f32; 4],
    nearest: f32,
}

impl Fit {
    pub(super) fn new(view: &View) -> Self {
        Self { view: *view, reach: [f32::NEG_INFINITY; 4], nearest: f32::NEG_INFINITY }
    }

    pub(super) fn add(&mut self, part: &Part) {
        // Positions that nothing uses are often far away.
        let mut see = |at: u32| self.point(self.view.place(part.positions[at as usize]));
        if part.points {
            (0..part.positions.len() as u32).for_each(&mut see);
        }
        part.lines.iter().flatten().for_each(|at| see(*at));
        part.triangles.iter().flatten().for_each(|at| see(*at));
    }

    fn point(&mut self, point: V3) {
        let [x, y, z] = self.view.axes.map(|axis| dot(axis, point));
        if !(x + y + z).is_finite() {
            return;
        }
        let spread = SPREAD * (1.0 - 2.0 * FREE);
        for (reach, at) in self.reach.iter_mut().zip([-x, x, -y, y]) {
            *reach = reach.max(at + spread * z);
        }
        self.nearest = self.nearest.max(z);
    }
}

/// A point of the picture, and one over its distance.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Zero where it isn't before the camera.
    pub(super) near: f32,
}

/// A camera that sees all of a model, and hardly more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Camera {
    pub(super) view: View,
    eye: V3,
}

impl Camera {
    /// Each side of what a camera sees is a plane; the furthest point over each says where the camera has to be.
    pub(super) fn fitted(view: View, fit: Fit) -> Self {
        let spread = SPREAD * (1.0 - 2.0 * FREE);
        let [left, right, mut below, above] = fit.reach;
        // The shadow needs some room.
        below += 0.03;
        let distance = ((left + right) / 2.0).max((below + above) / 2.0) / spread;
        let distance = distance.max(fit.nearest + 0.05);
        let along = [(right - left) / 2.0, (above - below) / 2.0, distance];
        let eye = view.axes.iter().zip(along).fold([0.0; 3], |sum, (axis, by)| add(sum, scale(*axis, by)));
        Self { view, eye }
    }

    /// Where a point in units is seen, in shares of the picture from its upper left.
    pub(super) fn see(&self, point: V3) -> Seen {
        let [x, y, z] = self.view.axes.map(|axis| dot(axis, sub(point, self.eye)));
        // Nor is what is no number.
        if z.is_nan() || z > -1e-4 {
            return Seen::default();
        }
        let near = -1.0 / z;
        Seen { x: 0.5 + x * near / SPREAD / 2.0, y: 0.5 - y * near / SPREAD / 2.0, near }
    }

    /// From a point to the eye.
    pub(super) fn way_to_eye(&self, point: V3) -> V3 {
        unit(sub(self.eye, point))
    }

    /// Where the line from the eye through a place of the picture meets the ground.
    pub(super) fn on_ground(&self, x: f32, y: f32) -> Option<V3> {
        let [side, top, towards] = self.view.axes;
        let (x, y) = ((x - 0.5) * 2.0 * SPREAD, (0.5 - y) * 2.0 * SPREAD);
        let way = sub(add(scale(side, x), scale(top, y)), towards);
        let fall = dot(way, self.view.sky);
        let height = self.view.ground - dot(self.eye, self.view.sky);
        (fall < 0.0 && height < 0.0).then(|| add(self.eye, scale(way, height / fall)))
    }
}
