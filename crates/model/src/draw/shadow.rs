//! The soft shadow that a model throws on the ground right below it.

use crate::scene::Part;
use crate::space::{V3, dot};

use super::camera::{Camera, View};
use super::canvas::Canvas;

/// Cells across the ground.
const CELLS: usize = 128;
/// What they reach, in units around the middle.
const REACH: f32 = 1.35;
/// The height from which a thing throws little more than a third of its shadow.
const FADE: f32 = 0.22;
/// How dark it is right below.
const DARK: f32 = 0.5;
/// Cells that are looked at, in all.
const WORK: usize = 100_000_000;

/// How dark each cell of the ground is.
pub(super) struct Shadow {
    cells: Vec<f32>,
    floor: [V3; 2],
    sky: V3,
    ground: f32,
    work: usize,
}

impl Shadow {
    pub(super) fn new(view: &View) -> Self {
        Self {
            cells: vec![0.0; CELLS * CELLS],
            floor: view.floor,
            sky: view.sky,
            ground: view.ground,
            work: 0,
        }
    }

    /// Adds what a part keeps from the ground.
    pub(super) fn add(&mut self, part: &Part, view: &View) {
        for triangle in &part.triangles {
            let corners = triangle.map(|at| self.above(view.place(part.positions[at as usize])));
            if corners.iter().flatten().all(|x| x.is_finite()) {
                self.triangle(corners);
            }
        }
    }

    /// Where a point is above the ground, in cells, and how high.
    fn above(&self, point: V3) -> V3 {
        let cell = |axis: V3| (dot(axis, point) / REACH * 0.5 + 0.5) * CELLS as f32;
        [cell(self.floor[0]), cell(self.floor[1]), dot(self.sky, point) - self.ground]
    }

    fn triangle(&mut self, [a, b, c]: [V3; 3]) {
        let low = |axis: usize| a[axis].min(b[axis]).min(c[axis]).max(0.0) as usize;
        let high = |axis: usize| (a[axis].max(b[axis]).max(c[axis]).max(0.0) as usize).min(CELLS - 1);
        let (left, right, top, bottom) = (low(0), high(0), low(1), high(1));
        let area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        let cells = (right + 1).saturating_sub(left) * (bottom + 1).saturating_sub(top);
        self.work += cells;
        // A small one, or one that stands upright, is as good as its corners.
        if cells <= 2 || area.abs() < 1e-4 || self.work > WORK {
            for corner in [a, b, c] {
                let (x, y) = (
                    (corner[0].max(0.0) as usize).min(CELLS - 1),
                    (corner[1].max(0.0) as usize).min(CELLS - 1),
                );
                self.darken(x, y, corner[2]);
            }
            return;
        }
        for y in top..=bottom {
            for x in left..=right {
                let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
                let of = |p: V3, q: V3| ((q[0] - p[0]) * (py - p[1]) - (q[1] - p[1]) * (px - p[0])) / area;
                let (wa, wb, wc) = (of(b, c), of(c, a), of(a, b));
                if wa >= 0.0 && wb >= 0.0 && wc >= 0.0 {
                    self.darken(x, y, wa * a[2] + wb * b[2] + wc * c[2]);
                }
            }
        }
    }

    fn darken(&mut self, x: usize, y: usize, height: f32) {
        let cell = &mut self.cells[y * CELLS + x];
        *cell = cell.max((-height.max(0.0) / FADE).exp());
    }

    /// Lays the shadow on the ground, where nothing stands before it.
    pub(super) fn fall(mut self, camera: &Camera, canvas: &mut Canvas) {
        for radius in [2, 4, 6] {
            self.blur(radius);
        }
        let side = canvas.side;
        for row in 0..side {
            for column in 0..side {
                let at = row * side + column;
                if canvas.cover(at) >= 1.0 {
                    continue;
                }
                let (x, y) = ((column as f32 + 0.5) / side as f32, (row as f32 + 0.5) / side as f32);
                let Some(place) = camera.on_ground(x, y) else { continue };
                let dark = self.at(place);
                // It ends before the picture does.
                let edge = x.min(y).min(1.0 - x).min(1.0 - y) / 0.09;
                canvas.underlay(at, dark * DARK * edge.clamp(0.0, 1.0));
            }
        }
    }

    fn at(&self, place: V3) -> f32 {
        let [x, y, _] = self.above(place).map(|cell| cell - 0.5);
        if !(x >= 0.0 && y >= 0.0 && x < (CELLS - 1) as f32 && y < (CELLS - 1) as f32) {
            return 0.0;
        }
        let (left, top) = (x as usize, y as usize);
        let (across, down) = (x - left as f32, y - top as f32);
        let cell = |dx: usize, dy: usize| self.cells[(top + dy) * CELLS + left + dx];
        let above = cell(0, 0) + (cell(1, 0) - cell(0, 0)) * across;
        let below = cell(0, 1) + (cell(1, 1) - cell(0, 1)) * across;
        above + (below - above) * down
    }

    /// The mean of cells around each, across and then down.
    fn blur(&mut self, radius: usize) {
        for (step, line) in [(1, CELLS), (CELLS, 1)] {
            let before = self.cells.clone();
            for row in 0..CELLS {
                for at in 0..CELLS {
                    let (from, to) = (at.saturating_sub(radius), (at + radius).min(CELLS - 1));
                    let sum: f32 = (from..=to).map(|at| before[row * line + at * step]).sum();
                    self.cells[row * line + at * step] = sum / (2 * radius + 1) as f32;
                }
            }
        }
    }
}
