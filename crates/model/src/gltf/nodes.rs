//! Where things are: nodes in nodes.

use crate::space::Map;

use super::document::{Document, Node};

/// Nodes in nodes.
const DEPTH: usize = 512;

/// A node that shows a mesh.
pub(super) struct Place {
    pub(super) node: usize,
    pub(super) mesh: usize,
    pub(super) map: Map,
}

impl Node {
    fn map(&self) -> Map {
        match &self.matrix {
            Some(matrix) => Map::of_matrix(matrix),
            None => Map::of_parts(
                self.translation.unwrap_or_default(),
                self.rotation.unwrap_or([0.0, 0.0, 0.0, 1.0]),
                self.scale.unwrap_or([1.0; 3]),
            ),
        }
    }
}

/// All that the scene shows, and where every node of it is. A node that is met again is not gone into: no file may have
/// that, and it could go round.
pub(super) fn places(document: &Document, warnings: &mut Vec<String>) -> (Vec<Place>, Vec<Map>) {
    let mut maps = vec![Map::NONE; document.nodes.len()];
    let mut met = vec![false; document.nodes.len()];
    let mut places = Vec::new();
    let mut again = false;
    let mut waiting: Vec<(usize, Map, usize)> = Vec::new();
    let scene = document.scenes.get(document.scene.unwrap_or_default());
    let roots: Vec<usize> = match scene {
        Some(scene) => scene.nodes.clone(),
        // Without a scene everything counts that is no part of something else.
        None => {
            let mut root = vec![true; document.nodes.len()];
            for child in document.nodes.iter().flat_map(|node| &node.children) {
                if let Some(root) = root.get_mut(*child) {
                    *root = false;
                }
            }
            (0..root.len()).filter(|at| root[*at]).collect()
        }
    };
    waiting.extend(roots.iter().rev().map(|root| (*root, Map::NONE, 0)));
    while let Some((at, above, depth)) = waiting.pop() {
        let Some(node) = document.nodes.get(at) else { continue };
        if std::mem::replace(&mut met[at], true) || depth > DEPTH {
            again = true;
            continue;
        }
        let map = above.after(&node.map());
        maps[at] = map;
        if let Some(mesh) = node.mesh {
            places.push(Place { node: at, mesh, map });
        }
        waiting.extend(node.children.iter().rev().map(|child| (*child, map, depth + 1)));
    }
    if again {
        warnings.push(
            "Its parts contain one another, or are nested too deep; what was met again is left out.".into(),
        );
    }
    (places, maps)
}
