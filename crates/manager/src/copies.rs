//! Copies of what the catalog holds, for what is asked for with nearly every request.

use std::hash::Hash;

use quick_cache::sync::Cache;

/// A bounded number of copies, the least useful of which make room. Each is good for as long as the catalog's version of
/// its topic stays the same; the version must be read before what is copied.
pub(crate) struct Copies<K, V>(Cache<K, (u64, V)>);

impl<K: Eq + Hash, V: Clone> Copies<K, V> {
    pub(crate) fn new(most: usize) -> Copies<K, V> {
        Copies(Cache::new(most))
    }

    pub(crate) fn get(&self, key: &K, version: u64) -> Option<V> {
        self.0.get(key).filter(|(copied, _)| *copied == version).map(|(_, value)| value)
    }

    pub(crate) fn keep(&self, key: K, version: u64, value: V) {
        self.0.insert(key, (version, value));
    }
}
