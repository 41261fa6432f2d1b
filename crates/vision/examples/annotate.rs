//! What is found in pictures, what it takes, and how much memory: `cargo run --release -p vision --example annotate -- FILES`
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../tests/corpus/mod.rs"]
mod corpus;

use facts::Annotations;
use vision::{Vision, Wants};

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name| status.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    format!("{} {}", of("RssAnon"), of("VmHWM"))
}

/// Milliseconds of a processor that all threads have used.
fn used() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let times = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok());
    times.filter_map(|time| time.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e6
}

fn main() {
    println!("before: {}", memory());
    let vision = Vision::load();
    for path in std::env::args().skip(1) {
        let pixels = corpus::open(path.as_ref());
        let (width, height) = (pixels.width, pixels.height);
        let started = used();
        let (found, _) = vision.annotate(&pixels, Wants::ALL).unwrap();
        println!("{path} {width}×{height}, the first time {:.1} ms", used() - started);
        println!("{}", serde_json::to_string(&Annotations { embedding: None, ..found }).unwrap());
        for (part, wants) in [
            ("faces", Wants { faces: true, ..Wants::NONE }),
            ("labels and embedding", Wants { labels: true, embedding: true, ..Wants::NONE }),
            ("text", Wants { text: true, ..Wants::NONE }),
            ("fingerprint", Wants { fingerprint: true, ..Wants::NONE }),
            ("all", Wants::ALL),
        ] {
            let runs = (0..5).map(|_| {
                let started = used();
                vision.annotate(&pixels, wants).unwrap();
                used() - started
            });
            println!("  {part}: {:.1} ms", runs.fold(f64::MAX, f64::min));
        }
        println!("  {}", memory());
    }
    vision.release();
    println!("released: {}", memory());
}
