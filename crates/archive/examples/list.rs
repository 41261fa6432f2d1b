//! Tells on standard error what is in archives, and what each look cost: `list ARCHIVE…`.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Instant;

use contract::formats;

fn main() {
    for name in std::env::args().skip(1) {
        let format = formats::by_file_name(&name).unwrap();
        let mut first = Vec::new();
        let began = Instant::now();
        let facts = archive::list(Path::new(&name), format, &archive::Limits::default(), &mut |entry| {
            if first.len() < 3 {
                first.push(entry);
            }
        });
        eprintln!("{name}: {} ms, {facts:?}", began.elapsed().as_millis());
        first.iter().for_each(|entry| eprintln!("    {entry:?}"));
    }
}
