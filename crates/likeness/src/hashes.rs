//! Perceptual hashes, side by side.

use crate::places::Places;

#[derive(Debug, Clone, Default)]
pub(crate) struct Hashes {
    places: Places,
    hashes: Vec<u64>,
}

impl Hashes {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn put(&mut self, id: i64, hash: u64) {
        let row = self.places.row_for(id);
        match self.hashes.get_mut(row) {
            Some(old) => *old = hash,
            None => self.hashes.push(hash),
        }
    }

    pub(crate) fn remove(&mut self, id: i64) {
        if let Some(row) = self.places.remove(id) {
            self.hashes.swap_remove(row);
        }
    }

    pub(crate) fn near(
        &self,
        hash: u64,
        most_bits: u32,
        mut filter: impl FnMut(i64) -> bool,
    ) -> Vec<(i64, u32)> {
        let mut rows = Vec::new();
        pulp::Arch::new().dispatch(|| {
            for (row, other) in self.hashes.iter().enumerate() {
                let bits = (hash ^ other).count_ones();
                if bits <= most_bits {
                    rows.push((row, bits));
                }
            }
        });
        let mut near: Vec<(i64, u32)> =
            rows.into_iter().map(|(row, bits)| (self.places.id(row), bits)).collect();
        near.retain(|(id, _)| filter(*id));
        near.sort_unstable_by_key(|(id, bits)| (*bits, *id));
        near
    }
}
