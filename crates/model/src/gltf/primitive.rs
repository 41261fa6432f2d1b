//! The shapes of a mesh, put where a node has them.

use crate::Error;
use crate::scene::{Hidden, Part};
use crate::space::{Bounds, Map, V3, add, scale, unit};

use super::Model;
use super::document::{Primitive, Skin};
use super::nodes::Place;

/// Morph targets that are applied.
const TARGETS: usize = 64;

/// Shows each shape of a place. What can't be read is left out.
pub(super) fn show(
    model: &Model<'_>,
    place: &Place,
    budget: &mut (u64, u64),
    see: &mut dyn FnMut(&Part),
) -> Result<(), Error> {
    let Some(mesh) = model.document.meshes.get(place.mesh) else { return Ok(()) };
    for primitive in &mesh.primitives {
        let (vertices, triangles) = counts(model, primitive);
        let left = budget.0.checked_sub(vertices).zip(budget.1.checked_sub(triangles));
        *budget =
            left.ok_or_else(|| Error::Limit("the model has more triangles than are looked at".into()))?;
        let Some(mut part) = part(model, primitive) else { continue };
        let node = &model.document.nodes[place.node];
        let weights = if node.weights.is_empty() { &mesh.weights } else { &node.weights };
        morph(model, primitive, weights, &mut part);
        let skin = node.skin.and_then(|skin| model.document.skins.get(skin));
        if skin.is_none_or(|skin| bend(model, primitive, skin, &mut part).is_none()) {
            part.positions.iter_mut().for_each(|position| *position = place.map.point(*position));
            let turn = place.map.normals();
            part.normals.iter_mut().for_each(|normal| *normal = unit(turn.direction(*normal)));
            if place.map.mirrors() {
                part.triangles.iter_mut().for_each(|triangle| triangle.swap(1, 2));
            }
        }
        see(&part);
    }
    Ok(())
}

fn is_packed(primitive: &Primitive) -> bool {
    primitive.extensions.draco.is_some()
}

/// Vertices and triangles, or lines, that a shape is said to have.
fn counts(model: &Model<'_>, primitive: &Primitive) -> (u64, u64) {
    let count = |at: usize| model.document.accessors.get(at).map_or(0, |accessor| accessor.count as u64);
    let vertices = primitive.attributes.get("POSITION").map_or(0, |at| count(*at));
    let corners = primitive.indices.map_or(vertices, count);
    let triangles = match primitive.mode.unwrap_or(4) {
        0 => 0,
        1..=3 => corners,
        5 | 6 => corners.saturating_sub(2),
        _ => corners / 3,
    };
    (vertices, triangles)
}

fn part(model: &Model<'_>, primitive: &Primitive) -> Option<Part> {
    if is_packed(primitive) {
        return None;
    }
    let attribute = |name: &str| primitive.attributes.get(name).copied();
    let positions = model.elements(attribute("POSITION")?, [0.0; 3])?;
    let count = positions.len();
    let place = |name| attribute(name).and_then(|at| model.elements(at, [0.0; 2])).unwrap_or_default();
    let colours = attribute("COLOR_0").and_then(|at| model.elements(at, [1.0; 4])).unwrap_or_default();
    let normals = attribute("NORMAL").and_then(|at| model.elements(at, [0.0; 3])).unwrap_or_default();
    let mut part = Part {
        normals: if normals.len() == count { normals } else { Vec::new() },
        places: ["TEXCOORD_0", "TEXCOORD_1"].map(place),
        colours: if colours.len() == count { colours } else { Vec::new() },
        material: primitive.material,
        positions,
        ..Part::default()
    };
    part.places.iter_mut().filter(|places| places.len() != count).for_each(Vec::clear);
    let indices = match primitive.indices {
        Some(indices) => model.indices(indices)?,
        None => (0..count as u32).collect(),
    };
    let three = |three: &[u32]| [three[0], three[1], three[2]];
    match primitive.mode.unwrap_or(4) {
        0 => part.points = true,
        1 => part.lines = indices.chunks_exact(2).map(|two| [two[0], two[1]]).collect(),
        mode @ (2 | 3) => {
            part.lines = indices.windows(2).map(|two| [two[0], two[1]]).collect();
            if let (2, Some(first), Some(last)) = (mode, indices.first(), indices.last()) {
                part.lines.push([*last, *first]);
            }
        }
        4 => part.triangles = indices.chunks_exact(3).map(three).collect(),
        5 => {
            let turned = |(at, [a, b, c]): (usize, [u32; 3])| if at % 2 == 0 { [a, b, c] } else { [b, a, c] };
            part.triangles = indices.windows(3).map(three).enumerate().map(turned).collect();
        }
        6 => {
            let first = indices.first().copied().unwrap_or_default();
            part.triangles = indices.get(1..)?.windows(2).map(|two| [first, two[0], two[1]]).collect();
        }
        _ => return None,
    }
    part.triangles.retain(|triangle| triangle.iter().all(|at| (*at as usize) < count));
    part.lines.retain(|line| line.iter().all(|at| (*at as usize) < count));
    Some(part)
}

/// Moves points as far as the model says that it stands changed from the beginning.
fn morph(model: &Model<'_>, primitive: &Primitive, weights: &[f32], part: &mut Part) {
    for (target, weight) in primitive.targets.iter().zip(weights).take(TARGETS) {
        if *weight == 0.0 {
            continue;
        }
        for (name, values) in [("POSITION", &mut part.positions), ("NORMAL", &mut part.normals)] {
            let moves = target.get(name).and_then(|at| model.elements(*at, [0.0; 3])).unwrap_or_default();
            values.iter_mut().zip(moves).for_each(|(value, by)| *value = add(*value, scale(by, *weight)));
        }
    }
}

/// Bends a skin by where its joints are. Nothing where the joints aren't all there.
fn bend(model: &Model<'_>, primitive: &Primitive, skin: &Skin, part: &mut Part) -> Option<()> {
    let bound: Vec<[f32; 16]> =
        skin.inverse_bind_matrices.and_then(|at| model.elements(at, [0.0; 16])).unwrap_or_default();
    let maps: Vec<Map> = skin
        .joints
        .iter()
        .enumerate()
        .map(|(at, joint)| {
            let bound = bound.get(at).map_or(Map::NONE, Map::of_matrix);
            Some(model.maps.get(*joint)?.after(&bound))
        })
        .collect::<Option<_>>()?;
    let attribute = |name: &str| model.elements::<4>(*primitive.attributes.get(name)?, [0.0; 4]);
    let sets: Vec<_> = [("JOINTS_0", "WEIGHTS_0"), ("JOINTS_1", "WEIGHTS_1")]
        .into_iter()
        .filter_map(|(joints, weights)| attribute(joints).zip(attribute(weights)))
        .filter(|(joints, weights)| joints.len().min(weights.len()) == part.positions.len())
        .collect();
    (!sets.is_empty()).then_some(())?;
    for at in 0..part.positions.len() {
        let mut columns = [[0.0; 3]; 4];
        let mut whole = 0.0;
        for (joints, weights) in &sets {
            for (joint, weight) in joints[at].iter().zip(weights[at]).filter(|(_, weight)| *weight > 0.0) {
                let map = maps.get(*joint as usize)?;
                let more = map.weighted(weight);
                columns = std::array::from_fn(|column| add(columns[column], more[column]));
                whole += weight;
            }
        }
        if whole > 0.0 {
            let map = Map(columns.map(|column| scale(column, 1.0 / whole)));
            part.positions[at] = map.point(part.positions[at]);
            if let Some(normal) = part.normals.get_mut(at) {
                *normal = unit(map.normals().direction(*normal));
            }
        }
    }
    Some(())
}

/// Counts what can't be shown, by what is said of it.
pub(super) fn hide(model: &Model<'_>, place: &Place, hidden: &mut Hidden) {
    let Some(mesh) = model.document.meshes.get(place.mesh) else { return };
    for primitive in &mesh.primitives {
        let accessor = |at: usize| model.document.accessors.get(at);
        let Some(positions) = primitive.attributes.get("POSITION").and_then(|at| accessor(*at)) else {
            continue;
        };
        let here =
            positions.buffer_view.is_some_and(|view| model.buffers.view(&model.document, view).is_some());
        if here && !is_packed(primitive) || !here && positions.buffer_view.is_none() && !is_packed(primitive)
        {
            continue;
        }
        let (vertices, triangles) = counts(model, primitive);
        let triangles = if primitive.mode.unwrap_or(4) < 4 { 0 } else { triangles };
        hidden.triangles = hidden.triangles.saturating_add(triangles);
        hidden.vertices = hidden.vertices.saturating_add(vertices);
        if let ([a, b, c], [d, e, f]) = (&positions.min[..], &positions.max[..]) {
            let mut unit = Bounds::default();
            unit.add([*a, *b, *c]);
            unit.add([*d, *e, *f]);
            if let Some((min, max)) = unit.corners() {
                hidden.boxes.push(corners(min, max).map(|corner| place.map.point(corner)));
            }
        }
    }
}

fn corners(min: V3, max: V3) -> [V3; 8] {
    std::array::from_fn(|at| {
        std::array::from_fn(|axis| if at >> axis & 1 == 0 { min[axis] } else { max[axis] })
    })
}
