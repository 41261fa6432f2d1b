//! Times searches: `cargo run --release -p likeness --example nearest -- [DIMENSIONS]`.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::time::Instant;

use likeness::Index;

fn main() {
    let dimensions = std::env::args().nth(1).map_or(256, |number| number.parse().unwrap());
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 32
    };
    for many in [10_000, 100_000, 300_000, 1_000_000] {
        let mut index = Index::new(dimensions);
        let mut vector = vec![0_i8; dimensions];
        let begun = Instant::now();
        for id in 0..many {
            vector.fill_with(|| random() as i8);
            index.put(id, Some(&vector), Some(random() << 32 | random()));
        }
        println!("{many} of {dimensions}: made in {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
        let mut nearest = Vec::new();
        let mut hashes = Vec::new();
        for _ in 0..30 {
            vector.fill_with(|| random() as i8);
            let begun = Instant::now();
            assert_eq!(index.nearest(&vector, 100, |_| true).len(), 100);
            nearest.push(begun.elapsed());
            let begun = Instant::now();
            index.near_hashes(random() << 32 | random(), 10, |_| true);
            hashes.push(begun.elapsed());
        }
        for (what, mut times) in [("nearest 100", nearest), ("hashes within 10 bits", hashes)] {
            times.sort_unstable();
            let ms = |at: usize| times[at].as_secs_f64() * 1e3;
            println!("  {what}: best {:.2} ms, median {:.2} ms, worst {:.2} ms", ms(0), ms(15), ms(29));
        }
    }
}
