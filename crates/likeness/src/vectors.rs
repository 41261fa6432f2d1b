//! Vectors, side by side, and the search through all of them.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::places::Places;

/// Vectors that are compared before the best of them are picked: their scores stay in the processor's first cache.
const BLOCK: usize = 1024;

/// A file that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The file.
    pub id: i64,
    /// The cosine of the angle between its vector and the one asked for: 1 for the same direction, 0 for unrelated ones.
    pub cosine: f32,
}

impl Eq for Near {}

impl Ord for Near {
    /// Nearer ones are less; of those equally near, the older ones.
    fn cmp(&self, other: &Near) -> Ordering {
        other.cosine.total_cmp(&self.cosine).then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Near) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Vectors {
    dimensions: usize,
    places: Places,
    values: Vec<i8>,
    /// What a product is multiplied by, for each vector: rounded to whole numbers, they differ in length.
    scales: Vec<f32>,
}

impl Vectors {
    pub(crate) fn new(dimensions: usize) -> Vectors {
        Vectors { dimensions, places: Places::default(), values: Vec::new(), scales: Vec::new() }
    }

    pub(crate) fn dimensions(&self) -> usize {
        self.dimensions
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// `false` when the vector can't be compared; then nothing has changed.
    pub(crate) fn put(&mut self, id: i64, vector: &[i8]) -> bool {
        let Some(scale) = self.scale(vector) else { return false };
        let row = self.places.row_for(id);
        if row == self.scales.len() {
            self.scales.push(scale);
            self.values.extend_from_slice(vector);
        } else {
            self.scales[row] = scale;
            self.values[row * self.dimensions..][..self.dimensions].copy_from_slice(vector);
        }
        true
    }

    pub(crate) fn remove(&mut self, id: i64) {
        let Some(row) = self.places.remove(id) else { return };
        self.scales.swap_remove(row);
        let last = self.values.len() - self.dimensions;
        self.values.copy_within(last.., row * self.dimensions);
        self.values.truncate(last);
    }

    /// One by the length of a vector; none when it has no direction, or not as many values as the others.
    fn scale(&self, vector: &[i8]) -> Option<f32> {
        let squares = product(vector, vector);
        (vector.len() == self.dimensions && squares > 0).then(|| 1.0 / (squares as f32).sqrt())
    }

    pub(crate) fn nearest(
        &self,
        vector: &[i8],
        most: usize,
        mut filter: impl FnMut(i64) -> bool,
    ) -> Vec<Near> {
        let Some(scale) = self.scale(vector).filter(|_| most > 0) else { return Vec::new() };
        let arch = pulp::Arch::new();
        // The farthest of the best so far is on top.
        let mut best: BinaryHeap<Near> = BinaryHeap::new();
        let mut products = [0.0; BLOCK];
        let blocks = self.values.chunks(BLOCK * self.dimensions).zip(self.scales.chunks(BLOCK));
        for (block, (values, scales)) in blocks.enumerate() {
            let products = &mut products[..scales.len()];
            arch.dispatch(|| compare(vector, values, scales, products));
            for (place, product) in products.iter().enumerate() {
                let near = Near { id: self.places.id(block * BLOCK + place), cosine: product * scale };
                let full = best.len() == most;
                if (!full || best.peek().is_some_and(|farthest| near < *farthest)) && filter(near.id) {
                    if full {
                        best.pop();
                    }
                    best.push(near);
                }
            }
        }
        best.into_sorted_vec()
    }
}

/// The scaled product of one vector with each of many.
#[inline(always)]
fn compare(vector: &[i8], values: &[i8], scales: &[f32], products: &mut [f32]) {
    let rows = values.chunks_exact(vector.len());
    for ((row, scale), out) in rows.zip(scales).zip(products) {
        *out = product(vector, row) as f32 * scale;
    }
}

/// The sum of products; up to 512 values can't overflow it, nor could 100,000.
#[inline(always)]
fn product(left: &[i8], right: &[i8]) -> i32 {
    // Products of bytes fit into 16 bits, and processors add pairs of them into 32.
    left.iter().zip(right).map(|(left, right)| i32::from(i16::from(*left) * i16::from(*right))).sum()
}
