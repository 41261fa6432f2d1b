//! STL: triangles and nothing else, as bytes or as words.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use facts::ModelFacts;

use crate::scene::{Part, Up, Whole, telling};
use crate::space::V3;
use crate::{Error, Limits, broken};

/// Bytes before the triangles.
const HEAD: usize = 84;
/// Bytes of each triangle.
const EACH: usize = 50;

/// Reads a model. Programs for printers, which write these, have Z up.
pub(crate) fn open(bytes: &[u8], limits: &Limits) -> Result<Whole, Error> {
    let count = bytes.get(80..HEAD).and_then(|count| count.try_into().ok()).map(u32::from_le_bytes);
    // A text may be said to have any number of triangles; one that fits is no accident.
    let fits =
        count.is_some_and(|count| (count as usize).saturating_mul(EACH) <= bytes.len() - HEAD && count > 0);
    let text = bytes.trim_ascii_start().starts_with(b"solid");
    let exact = count.is_some_and(|count| (count as usize).saturating_mul(EACH) == bytes.len() - HEAD);
    let (corners, title) = match count {
        Some(count) if exact && count > 0 || fits && !text => (binary(&bytes[HEAD..], count, limits)?, None),
        _ if text => words(bytes, limits)?,
        Some(_) if bytes.len() >= HEAD + EACH => {
            return Err(broken("it has fewer triangles than it says"));
        }
        _ => return Err(broken("there is no triangle in it")),
    };
    if corners.is_empty() {
        return Err(broken("there is no triangle in it"));
    }
    let part = welded(&corners);
    let facts = ModelFacts { meshes: 1, title, ..ModelFacts::default() };
    Ok(Whole { parts: vec![part], facts, up: Up::Z })
}

/// Corners at the same place become one vertex, so that surfaces can be smooth, and counted as what they are.
fn welded(corners: &[V3]) -> Part {
    let mut known = HashMap::with_capacity_and_hasher(corners.len() / 5, Keys::default());
    let mut part = Part::default();
    let mut vertex = |corner: &V3| {
        *known.entry(corner.map(f32::to_bits)).or_insert_with(|| {
            part.positions.push(*corner);
            part.positions.len() as u32 - 1
        })
    };
    let triangles =
        corners.as_chunks::<3>().0.iter().map(|three| [0, 1, 2].map(|at: usize| vertex(&three[at])));
    let triangles = triangles.collect();
    Part { triangles, ..part }
}

/// A hash of three words that is far quicker than the usual one, and as hard to be fooled: its keys are random.
#[derive(Clone)]
struct Keys([u64; 4]);

impl Default for Keys {
    fn default() -> Self {
        let random = RandomState::new();
        Self([0, 1, 2, 3].map(|at| random.hash_one(at) | 1))
    }
}

impl BuildHasher for Keys {
    type Hasher = Mixed;

    fn build_hasher(&self) -> Mixed {
        Mixed { keys: self.0, words: 0, sum: 0 }
    }
}

struct Mixed {
    keys: [u64; 4],
    words: usize,
    sum: u64,
}

impl Hasher for Mixed {
    fn write(&mut self, bytes: &[u8]) {
        for word in bytes.chunks(4) {
            let value = word.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
            let product =
                u128::from(value.wrapping_add(self.keys[3])) * u128::from(self.keys[self.words % 3]);
            self.sum ^= product as u64 ^ (product >> 64) as u64;
            self.words += 1;
        }
    }

    fn finish(&self) -> u64 {
        self.sum
    }
}

fn too_many() -> Error {
    Error::Limit("the model has more triangles than are looked at".into())
}

fn binary(triangles: &[u8], count: u32, limits: &Limits) -> Result<Vec<V3>, Error> {
    if u64::from(count) > limits.triangles.min(limits.vertices / 3) {
        return Err(too_many());
    }
    let (triangles, _) = triangles.as_chunks::<EACH>();
    let mut corners = Vec::with_capacity(count as usize * 3);
    for triangle in triangles.iter().take(count as usize) {
        let (floats, _) = triangle[12..48].as_chunks::<4>();
        let (points, _) = floats.as_chunks::<3>();
        corners.extend(points.iter().map(|point| point.map(f32::from_le_bytes)));
    }
    Ok(corners)
}

fn words(bytes: &[u8], limits: &Limits) -> Result<(Vec<V3>, Option<String>), Error> {
    let mut corners = Vec::new();
    let mut title = None;
    for line in bytes.split(|byte| *byte == b'\n' || *byte == b'\r') {
        let line = line.trim_ascii();
        if let Some(numbers) = line.strip_prefix(b"vertex") {
            let text = std::str::from_utf8(numbers).map_err(|_| broken("a corner is no number"))?;
            let mut numbers = text.split_ascii_whitespace().map(str::parse::<f32>);
            let mut number = || numbers.next()?.ok();
            let corner = number().zip(number()).zip(number());
            let ((x, y), z) = corner.ok_or_else(|| broken("a corner is no number"))?;
            if corners.len() as u64 >= limits.vertices.min(limits.triangles * 3) {
                return Err(too_many());
            }
            corners.push([x, y, z]);
        } else if title.is_none() && line.starts_with(b"solid ") {
            title = telling(&String::from_utf8_lossy(&line[6..]));
        }
    }
    corners.truncate(corners.len() / 3 * 3);
    Ok((corners, title))
}
