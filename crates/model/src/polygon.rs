//! Faces of many corners, cut into triangles.

use crate::space::{V3, add, cross, dot, sub};

/// Corners up to which ears are looked for: that takes the square of their number, or the cube.
const CLIPPED: usize = 128;
/// Corners that are looked at for ears in all faces together. No honest model has so many.
const WORK: usize = 150_000_000;

/// Cuts faces into triangles.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    work: usize,
}

impl Cutter {
    /// Cuts a face: convex ones, and those that would take too long, like a fan, others by their ears.
    pub(crate) fn cut(&mut self, corners: &[u32], place: impl Fn(u32) -> V3, triangles: &mut Vec<[u32; 3]>) {
        let mut left: Vec<(u32, V3)> = Vec::new();
        if (4..=CLIPPED).contains(&corners.len()) && self.work < WORK {
            left.extend(corners.iter().map(|corner| (*corner, place(*corner))));
            let normal = around(&left);
            let turns = |at: usize| turn(&left, at, normal);
            if !(0..left.len()).all(|at| turns(at) >= 0.0) {
                self.clip(left, normal, triangles);
                return;
            }
        }
        let (Some(first), rest) = (corners.first(), corners.get(1..).unwrap_or_default()) else { return };
        triangles.extend(rest.windows(2).map(|two| [*first, two[0], two[1]]));
    }

    /// Takes off one corner after the other that has nothing of the face within.
    fn clip(&mut self, mut left: Vec<(u32, V3)>, normal: V3, triangles: &mut Vec<[u32; 3]>) {
        while left.len() > 3 {
            let ear = (0..left.len()).find(|at| {
                self.work += left.len();
                is_ear(&left, *at, normal)
            });
            // A face that crosses itself has none at some point; then any corner does.
            let ear = ear.unwrap_or(0);
            triangles.push(three(&left, ear).map(|(corner, _)| corner));
            left.remove(ear);
        }
        triangles.push([left[0].0, left[1].0, left[2].0]);
    }
}

/// The direction that a face looks to, as long as the face is large.
fn around(corners: &[(u32, V3)]) -> V3 {
    let origin = corners[0].1;
    let pairs = corners.windows(2).map(|two| cross(sub(two[0].1, origin), sub(two[1].1, origin)));
    pairs.fold([0.0; 3], add)
}

fn three(corners: &[(u32, V3)], at: usize) -> [(u32, V3); 3] {
    let count = corners.len();
    [corners[(at + count - 1) % count], corners[at], corners[(at + 1) % count]]
}

/// Whether the way round a face turns inwards at a corner, or out where it is negative.
fn turn(corners: &[(u32, V3)], at: usize, normal: V3) -> f32 {
    let [a, b, c] = three(corners, at).map(|(_, place)| place);
    dot(cross(sub(b, a), sub(c, b)), normal)
}

/// Whether a corner can be cut off: it turns inwards, and no other corner lies within.
fn is_ear(corners: &[(u32, V3)], at: usize, normal: V3) -> bool {
    let [a, b, c] = three(corners, at).map(|(_, place)| place);
    let inside = |p: V3| {
        let side = |from: V3, to: V3| dot(cross(sub(to, from), sub(p, from)), normal);
        // A corner on the border is in the way, too, but for those of the triangle.
        ![a, b, c].contains(&p) && side(a, b) >= 0.0 && side(b, c) >= 0.0 && side(c, a) >= 0.0
    };
    turn(corners, at, normal) > 0.0 && !corners.iter().any(|(_, place)| inside(*place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_with_a_notch_is_covered_once() {
        // An L of area three.
        let points =
            [[0., 0.], [2., 0.], [2., 1.], [1., 1.], [1., 2.], [0., 2.]].map(|[x, y]: [f32; 2]| [x, y, 0.0]);
        for first in 0..6_u32 {
            let corners: Vec<u32> = (0..6).map(|at| (at + first) % 6).collect();
            let mut triangles = Vec::new();
            Cutter::default().cut(&corners, |at| points[at as usize], &mut triangles);
            let areas = triangles.iter().map(|triangle| {
                let [a, b, c] = triangle.map(|at| points[at as usize]);
                cross(sub(b, a), sub(c, a))[2] / 2.0
            });
            let areas: Vec<f32> = areas.collect();
            assert!(areas.len() == 4 && areas.iter().all(|area| *area > 0.0), "{areas:?}");
            assert!((areas.iter().sum::<f32>() - 3.0).abs() < 1e-5);
        }
    }
}
