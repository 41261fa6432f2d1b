//! Triangles, lines and points to samples.

use crate::scene::{Alpha, Part};
use crate::space::{V3, add, cross, dot, scale, sub, unit};

use super::camera::{Camera, Seen};
use super::canvas::Canvas;
use super::light::Lights;
use super::surface::{Sample, Surface, mapped};

/// The cosine of the angle between a triangle and its surroundings from which on there is an edge, in shapes that don't say.
const EDGE: f32 = 0.72;

/// One part on its way into the picture.
struct Drawing<'a> {
    part: &'a Part,
    surface: &'a Surface,
    lights: Lights,
    camera: &'a Camera,
    places: Vec<V3>,
    seen: Vec<Seen>,
    /// Normals that were made where there are none.
    smoothed: Vec<V3>,
}

/// What is the same for a whole triangle.
struct Facet {
    at: [usize; 3],
    normals: [V3; 3],
    /// The way on the surface in which pictures go to the right, and down.
    grain: Option<[V3; 2]>,
    levels: [usize; 4],
    flip: bool,
}

/// Draws a part.
pub(super) fn draw(part: &Part, surface: &Surface, camera: &Camera, canvas: &mut Canvas) {
    let places: Vec<V3> = part.positions.iter().map(|position| camera.view.place(*position)).collect();
    let side = canvas.side as f32;
    let seen = places.iter().map(|place| {
        let seen = camera.see(*place);
        Seen { x: seen.x * side, y: seen.y * side, near: seen.near }
    });
    let seen = seen.collect();
    let smoothed = if part.normals.is_empty() { smoothed(part, &places) } else { Vec::new() };
    let lights = Lights::new(&camera.view);
    let drawing = Drawing { part, surface, lights, camera, places, seen, smoothed };
    if surface.is_veiled() {
        // What is furthest away comes first.
        let mut order: Vec<&[u32; 3]> = part.triangles.iter().collect();
        let near =
            |triangle: &[u32; 3]| triangle.iter().map(|at| drawing.seen[*at as usize].near).sum::<f32>();
        order.sort_by(|a, b| near(a).total_cmp(&near(b)));
        order.into_iter().for_each(|triangle| drawing.triangle(*triangle, canvas));
    } else {
        part.triangles.iter().for_each(|triangle| drawing.triangle(*triangle, canvas));
    }
    for [from, to] in &part.lines {
        drawing.line(*from as usize, *to as usize, canvas);
    }
    if part.points {
        (0..part.positions.len()).for_each(|at| drawing.point(at, canvas));
    }
}

/// The mean direction of all triangles at each point, larger ones counting more.
fn smoothed(part: &Part, places: &[V3]) -> Vec<V3> {
    let mut sums = vec![[0.0; 3]; places.len()];
    for triangle in &part.triangles {
        let [a, b, c] = triangle.map(|at| places[at as usize]);
        let normal = cross(sub(b, a), sub(c, a));
        triangle.iter().for_each(|at| sums[*at as usize] = add(sums[*at as usize], normal));
    }
    sums.into_iter().map(unit).collect()
}

impl Drawing<'_> {
    fn triangle(&self, triangle: [u32; 3], canvas: &mut Canvas) {
        let at = triangle.map(|at| at as usize);
        let [a, b, c] = at.map(|at| self.seen[at]);
        if !(a.near > 0.0 && b.near > 0.0 && c.near > 0.0 && canvas.works(1)) {
            return;
        }
        let area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
        // Seen from ahead, corners go round against the clock; in pictures y goes down.
        let behind = area > 0.0;
        if area == 0.0 || !area.is_finite() || behind && !self.surface.material.double_sided {
            return;
        }
        let side = canvas.side as f32;
        let top = a.y.min(b.y).min(c.y).max(0.0);
        let bottom = a.y.max(b.y).max(c.y).min(side);
        let mut facet = None;
        let rows =
            (top - 0.5).ceil().max(0.0) as usize..((bottom + 0.5).floor().max(0.0) as usize).min(canvas.side);
        for row in rows {
            let y = row as f32 + 0.5;
            // Each share is a line along the row: it says from where to where the row is inside.
            let mut span = (0.0_f32, side);
            let mut shares = [(0.0, 0.0); 3];
            for (share, (p, q)) in shares.iter_mut().zip([(b, c), (c, a), (a, b)]) {
                let slope = -(q.y - p.y) / area;
                let start = ((q.x - p.x) * (y - p.y) + (q.y - p.y) * p.x) / area;
                *share = (start, slope);
                let border = -start / slope;
                if slope > 0.0 {
                    span.0 = span.0.max(border);
                } else if slope < 0.0 {
                    span.1 = span.1.min(border);
                } else if start < 0.0 {
                    span = (1.0, 0.0);
                }
            }
            // A hair more than the row has, so that neighbours leave no gap.
            let first = (span.0 - 0.501).ceil().max(0.0);
            let last = (span.1 - 0.499).floor().min(side - 1.0);
            if first.is_nan() || last.is_nan() || first > last || !canvas.works((last - first) as u64 + 8) {
                continue;
            }
            for column in first as usize..=last as usize {
                let x = column as f32 + 0.5;
                let [wa, wb, wc] = shares.map(|(start, slope)| (start + slope * x).max(0.0));
                let near = [wa * a.near, wb * b.near, wc * c.near];
                let depth = near[0] + near[1] + near[2];
                let sample = row * canvas.side + column;
                if !canvas.shows(sample, depth) {
                    continue;
                }
                let facet = facet.get_or_insert_with(|| self.facet(at, area, behind));
                self.sample(facet, near.map(|near| near / depth), sample, depth, canvas);
            }
        }
    }

    fn facet(&self, at: [usize; 3], area: f32, behind: bool) -> Facet {
        let [a, b, c] = at.map(|at| self.places[at]);
        let flat = unit(cross(sub(b, a), sub(c, a)));
        let normals = match self.part.normals.is_empty() {
            false => at.map(|at| self.part.normals[at]),
            true => at.map(|at| {
                let smooth = self.smoothed[at];
                if dot(smooth, flat) > EDGE { smooth } else { flat }
            }),
        };
        // Normals that say nothing, and those of a surface that is seen from behind.
        let normals = normals.map(|normal| if dot(normal, normal) > 0.25 { normal } else { flat });
        let surface = self.surface;
        let samples = area.abs() / 2.0;
        let covers = [
            surface.colour.as_ref().map(|(image, cover)| (image, cover)),
            surface.metal.as_ref().map(|(image, cover)| (image, cover)),
            surface.glow.as_ref().map(|(image, cover)| (image, cover)),
            surface.bumps.as_ref().map(|(image, cover, _)| (image, cover)),
        ];
        let levels = covers.map(|cover| {
            cover.map_or(0, |(image, cover)| {
                let [p, q, r] = at.map(|at| mapped(cover, self.uv(at)));
                let area = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
                image.level(area.abs() / 2.0, samples)
            })
        });
        let grain = surface.bumps.as_ref().and_then(|(_, cover, _)| {
            let [p, q, r] = at.map(|at| mapped(cover, self.uv(at)));
            let (du1, dv1, du2, dv2) = (q[0] - p[0], q[1] - p[1], r[0] - p[0], r[1] - p[1]);
            let whole = du1 * dv2 - du2 * dv1;
            let (e1, e2) = (sub(b, a), sub(c, a));
            let right = unit(scale(sub(scale(e1, dv2), scale(e2, dv1)), whole.signum()));
            let down = unit(scale(sub(scale(e2, du1), scale(e1, du2)), whole.signum()));
            (whole != 0.0).then_some([right, down])
        });
        Facet { at, normals, grain, levels, flip: behind }
    }

    fn uv(&self, at: usize) -> [[f32; 2]; 2] {
        [0, 1].map(|set: usize| self.part.places[set].get(at).copied().unwrap_or_default())
    }

    fn sample(&self, facet: &Facet, weights: [f32; 3], at: usize, depth: f32, canvas: &mut Canvas) {
        let surface = self.surface;
        let material = &surface.material;
        let blend3 = |values: [V3; 3]| -> V3 {
            std::array::from_fn(|axis| (0..3).map(|corner| values[corner][axis] * weights[corner]).sum())
        };
        let corners = facet.at.map(|at| self.uv(at));
        let uv: [[f32; 2]; 2] = std::array::from_fn(|set| {
            std::array::from_fn(|axis| {
                (0..3).map(|corner| corners[corner][set][axis] * weights[corner]).sum()
            })
        });
        let mut colour = material.colour;
        if let Some((image, cover)) = &surface.colour {
            let light = surface.light(image.at(mapped(cover, uv), facet.levels[0], cover));
            colour = std::array::from_fn(|channel| colour[channel] * light[channel]);
        }
        if !self.part.colours.is_empty() {
            let of = facet.at.map(|at| self.part.colours[at]);
            let mean =
                |channel: usize| (0..3).map(|corner| of[corner][channel] * weights[corner]).sum::<f32>();
            colour = std::array::from_fn(|channel| colour[channel] * mean(channel));
        }
        let mut opacity = match material.alpha {
            Alpha::Opaque => 1.0,
            Alpha::Mask(from) if colour[3] < from => return,
            Alpha::Mask(_) => 1.0,
            Alpha::Blend => colour[3].clamp(0.0, 1.0),
        };
        opacity *= 1.0 - 0.75 * material.transmission;
        if opacity < 0.004 || !canvas.works(100) {
            return;
        }
        let [r, g, b, _] = colour;
        let mut sample = Sample {
            colour: [r, g, b],
            cover: opacity,
            metallic: material.metallic,
            rough: material.rough,
            glow: material.glow,
        };
        if let Some((image, cover)) = &surface.glow {
            let [r, g, b, _] = surface.light(image.at(mapped(cover, uv), facet.levels[2], cover));
            sample.glow = std::array::from_fn(|channel| sample.glow[channel] * [r, g, b][channel]);
        }
        let light = if material.unlit {
            add(sample.colour, sample.glow)
        } else {
            if let Some((image, cover)) = &surface.metal {
                let [_, rough, metal, _] = image.at(mapped(cover, uv), facet.levels[1], cover);
                (sample.rough, sample.metallic) = (sample.rough * rough, sample.metallic * metal);
            }
            let mut normal = unit(blend3(facet.normals));
            if let (Some((image, cover, by)), Some([right, down])) = (&surface.bumps, facet.grain) {
                let [x, y, z, _] =
                    image.at(mapped(cover, uv), facet.levels[3], cover).map(|value| value * 2.0 - 1.0);
                let tilt = add(scale(right, x * by), scale(down, -y * by));
                normal = unit(add(scale(normal, z.max(0.05)), tilt));
            }
            if facet.flip {
                normal = scale(normal, -1.0);
            }
            let place = blend3(facet.at.map(|at| self.places[at]));
            self.lights.shade(&sample, normal, self.camera.way_to_eye(place))
        };
        if sample.cover > 0.99 {
            canvas.put(at, depth, light);
        } else {
            // Glass that is seen from the side is less clear.
            canvas.lay(at, light, sample.cover);
        }
    }

    /// The colour of a point, without light.
    fn plain(&self, at: usize) -> ([f32; 3], f32) {
        let own = self.part.colours.get(at).copied().unwrap_or([1.0; 4]);
        let [r, g, b, alpha] =
            std::array::from_fn(|channel| self.surface.material.colour[channel] * own[channel]);
        match self.part.colours.is_empty() {
            true => ([r, g, b].map(|channel: f32| channel * 0.45), alpha),
            // The colours of a scan are what they are.
            false => (own[..3].try_into().unwrap_or([r, g, b]), alpha),
        }
    }

    fn dot(&self, seen: Seen, radius: f32, (colour, alpha): ([f32; 3], f32), canvas: &mut Canvas) {
        if !(seen.near > 0.0 && seen.x.is_finite() && seen.y.is_finite()) || alpha < 0.3 {
            return;
        }
        let side = canvas.side as f32;
        let range = |middle: f32| {
            let (from, to) = ((middle - radius).max(0.0), (middle + radius).min(side - 1.0));
            if from <= to { from as usize..to as usize + 1 } else { 0..0 }
        };
        let rows = range(seen.y);
        if !canvas.works((radius * radius * 4.0) as u64 + 4) {
            return;
        }
        for row in rows {
            for column in range(seen.x) {
                let (x, y) = (column as f32 + 0.5 - seen.x, row as f32 + 0.5 - seen.y);
                let at = row * canvas.side + column;
                if x * x + y * y <= radius * radius && canvas.shows(at, seen.near) {
                    canvas.put(at, seen.near, colour);
                }
            }
        }
    }

    fn point(&self, at: usize, canvas: &mut Canvas) {
        // Few points are drawn large, so that they are seen at all.
        let many = (self.part.positions.len() as f32).sqrt();
        let radius = canvas.side as f32 * (0.35 / many).clamp(0.002, 0.012);
        self.dot(self.seen[at], radius, self.plain(at), canvas);
    }

    fn line(&self, from: usize, to: usize, canvas: &mut Canvas) {
        let (a, b) = (self.seen[from], self.seen[to]);
        let radius = canvas.side as f32 * 0.0028;
        let length = (b.x - a.x).hypot(b.y - a.y);
        if !(length.is_finite() && a.near > 0.0 && b.near > 0.0) {
            return;
        }
        let steps = (length / radius).ceil().clamp(1.0, 2.0 * canvas.side as f32);
        let ((first, alpha), (last, _)) = (self.plain(from), self.plain(to));
        for step in 0..=steps as usize {
            let t = step as f32 / steps;
            let mix = |a: f32, b: f32| a + (b - a) * t;
            let seen = Seen { x: mix(a.x, b.x), y: mix(a.y, b.y), near: mix(a.near, b.near) };
            let colour = std::array::from_fn(|channel| mix(first[channel], last[channel]));
            self.dot(seen, radius, (colour, alpha), canvas);
        }
    }
}
