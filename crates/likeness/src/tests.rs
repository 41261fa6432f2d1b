use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::{Index, Near};

/// Looks at everything, with other arithmetic.
fn nearest(
    files: &BTreeMap<i64, Vec<i8>>,
    vector: &[i8],
    most: usize,
    pass: impl Fn(i64) -> bool,
) -> Vec<Near> {
    let product =
        |a: &[i8], b: &[i8]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let cosine =
        |other: &[i8]| product(vector, other) / (product(vector, vector) * product(other, other)).sqrt();
    let files = files.iter().filter(|(id, _)| pass(**id));
    let mut all: Vec<Near> =
        files.map(|(id, other)| Near { id: *id, cosine: cosine(other) as f32 }).collect();
    all.sort();
    all.truncate(most);
    all
}

#[derive(Debug, Clone)]
enum Step {
    Put(i64, Option<Vec<i8>>, Option<u64>),
    Remove(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let id = 0..40_i64;
    let vector = prop::option::of(prop::collection::vec(any::<i8>(), 19));
    // Few bits, so that hashes come near each other.
    let hash = prop::option::of((0..256_u64).prop_map(|bits| bits.wrapping_mul(0x0101_0001_0000_8001)));
    prop_oneof![
        4 => (id.clone(), vector, hash).prop_map(|(id, vector, hash)| Step::Put(id, vector, hash)),
        1 => id.prop_map(Step::Remove),
    ]
}

proptest! {
    #[test]
    fn answers_are_those_of_looking_at_everything(
        steps in prop::collection::vec(step(), 0..120),
        asked in prop::collection::vec(any::<i8>(), 19),
        hash in any::<u8>(),
        most in 0..12_usize,
    ) {
        let mut index = Index::new(19);
        let (mut vectors, mut hashes) = (BTreeMap::new(), BTreeMap::new());
        for step in steps {
            let (Step::Put(id, ..) | Step::Remove(id)) = step;
            vectors.remove(&id);
            hashes.remove(&id);
            match step {
                Step::Put(id, vector, hash) => {
                    index.put(id, vector.as_deref(), hash);
                    vectors.extend(vector.filter(|it| it.iter().any(|v| *v != 0)).map(|it| (id, it)));
                    hashes.extend(hash.map(|it| (id, it)));
                }
                Step::Remove(id) => index.remove(id),
            }
        }
        prop_assert_eq!((index.vectors(), index.hashes()), (vectors.len(), hashes.len()));
        let pass = |id: i64| id % 3 != 0;
        if asked.iter().any(|value| *value != 0) {
            let (found, expected) = (index.nearest(&asked, most, pass), nearest(&vectors, &asked, most, pass));
            prop_assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                // Equally near ones may come in another order where the arithmetic rounds otherwise.
                prop_assert!((found.cosine - expected.cosine).abs() < 1e-5, "{:?} {:?}", found, expected);
                prop_assert!(pass(found.id));
            }
        }
        let hash = u64::from(hash);
        let mut expected: Vec<(i64, u32)> =
            hashes.into_iter().map(|(id, other): (i64, u64)| (id, (hash ^ other).count_ones())).collect();
        expected.retain(|(id, bits)| pass(*id) && *bits <= 9);
        expected.sort_by_key(|(id, bits)| (*bits, *id));
        prop_assert_eq!(index.near_hashes(hash, 9, pass), expected);
    }
}

#[test]
fn more_than_one_block_is_looked_through() {
    let mut index = Index::new(2);
    for id in 0..5000 {
        let turn = f64::from(id as i32) / 5000.0;
        index.put(id, Some(&[(turn.cos() * 127.0) as i8, (turn.sin() * 127.0) as i8]), None);
    }
    let near =
        index.nearest(&[(0.8_f64.cos() * 127.0) as i8, (0.8_f64.sin() * 127.0) as i8], 3, |id| id > 3900);
    assert_eq!(near.len(), 3);
    assert!(near.iter().all(|near| (3901..4100).contains(&near.id) && near.cosine > 0.999), "{near:?}");
}

#[test]
fn what_can_not_be_compared_is_left_out() {
    let mut index = Index::new(3);
    assert!(index.put(1, Some(&[1, 2, 3]), None));
    assert!(!index.put(1, Some(&[1, 2]), Some(5)), "another length");
    assert_eq!((index.vectors(), index.hashes()), (0, 1), "and what was known before is old");
    assert!(!index.put(1, Some(&[0, 0, 0]), None), "no direction");
    assert_eq!((index.vectors(), index.hashes()), (0, 0));
    assert!(index.put(1, Some(&[-128, -128, -128]), None));
    let cosine = index.nearest(&[127, 127, 127], 1, |_| true)[0].cosine;
    assert!((cosine + 1.0).abs() < 1e-6, "{cosine}");
    for nothing in [&[1, 2][..], &[0, 0, 0]] {
        assert_eq!(index.nearest(nothing, 5, |_| true), []);
    }
}
