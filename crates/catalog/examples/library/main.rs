//! Times the catalog on a library of many files:
//! `cargo run --release -p catalog --example library -- DIR FILES [PARTS [FILES…]]`.
//!
//! The library is made where DIR holds none yet, and a tree of folders for each of the last numbers, with so many files. All numbers are of operations as callers see them, through the queues
//! of the engine, so they hold what a caller would wait.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

mod made;
mod texts;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use catalog::files::{self, Change};
use catalog::find::{Find, Scope, SortBy, page};
use catalog::folders::{self, Root};
use catalog::{Catalog, Options};
use contract::formats::Kind;
use made::{Dice, fill, id, name};
use texts::{fill_contents, long_texts};

const CALLERS: u64 = 64;

/// A flag that is raised after so many seconds.
fn after(seconds: u64) -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let raised = flag.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        raised.store(true, Ordering::Relaxed);
    });
    flag
}

/// Runs `operation` from many callers until it is told to stop; how many a second, and the 99th percentile.
async fn throughput<F, R>(label: &str, callers: u64, stop: Arc<AtomicBool>, operation: F)
where
    F: Fn(u64) -> R + Clone + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let start = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (operation, stop) = (operation.clone(), stop.clone());
            tokio::spawn(async move {
                let mut dice = Dice(caller * 977 + 5);
                let mut times = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let begun = Instant::now();
                    operation(dice.next()).await;
                    times.push(begun.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    let rate = times.len() as f64 / start.elapsed().as_secs_f64();
    println!("{label:<44} {rate:>9.0}/s   {}", percentiles(times));
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    format!(
        "best {:>7.2} ms  p50 {:>7.2} ms  p99 {:>7.2} ms  max {:>7.2} ms",
        at(0.0),
        at(0.5),
        at(0.99),
        at(1.0)
    )
}

async fn pages(catalog: &Catalog, label: &str, find: &Find, rounds: usize) {
    let mut times = Vec::new();
    let mut found = 0;
    for _ in 0..rounds {
        let find = find.clone();
        let begun = Instant::now();
        found = catalog.read(move |tx| page(tx, &find)).await.unwrap().files.len();
        times.push(begun.elapsed());
    }
    println!("{label:<44} {found:>4} rows     {}", percentiles(times));
}

fn all() -> Find {
    Find {
        site: 1,
        scope: Scope::Trees(1, vec![Root::Media]),
        within: None,
        kinds: Vec::new(),
        private: None,
        text: None,
        sort: SortBy::Updated,
        descending: true,
        position: None,
        limit: 100,
    }
}

async fn list(catalog: &Catalog, parent: i64, rounds: usize) {
    for sort in [SortBy::Name, SortBy::Updated, SortBy::Size] {
        for descending in [false, true] {
            let find = Find { scope: Scope::Folder(parent), sort, descending, ..all() };
            pages(catalog, &format!("list {sort:?} desc={descending} first"), &find, rounds).await;
            // The last page starts where the first page of the other order ends.
            let other = Find { descending: !descending, ..find.clone() };
            let position = catalog.read(move |tx| page(tx, &other)).await.unwrap().next;
            let last = Find { position, ..find.clone() };
            pages(catalog, &format!("list {sort:?} desc={descending} last"), &last, rounds).await;
        }
    }
    let some =
        Find { scope: Scope::Folder(parent), kinds: vec![Kind::Document], private: Some(true), ..all() };
    pages(catalog, "list private documents", &some, rounds).await;
    let none = Find { kinds: vec![Kind::Font], ..some };
    pages(catalog, "list private fonts (none)", &none, rounds).await;
}

async fn search(catalog: &Catalog, rounds: usize) {
    for text in [
        "nothing like it",
        "xylophone",
        "jpg",
        "img_12",
        "e",
        "q",
        "zz",
        "北京",
        "スキ",
        "sunset",
        "image/png",
        "sunset river",
        "qua 7",
    ] {
        for (sort, kinds) in [
            (SortBy::Updated, vec![]),
            (SortBy::Name, vec![Kind::Document, Kind::Video]),
            (SortBy::Name, vec![Kind::Font]),
        ] {
            let find = Find { text: Some(text.into()), sort, kinds, ..all() };
            pages(catalog, &format!("search {text:?} {sort:?} {:?}", find.kinds), &find, rounds).await;
        }
    }
    for text in ["jpg", "e", "sunset", "北京", "river"] {
        let mut find = Find { text: Some(text.into()), ..all() };
        let mut slowest = Duration::ZERO;
        for _ in 1..1000 {
            let asked = find.clone();
            let begun = Instant::now();
            let Some(next) = catalog.read(move |tx| page(tx, &asked)).await.unwrap().next else { break };
            slowest = slowest.max(begun.elapsed());
            find.position = Some(next);
        }
        println!("search {text:?}: slowest of pages 1 to 1000 {:.2} ms", slowest.as_secs_f64() * 1e3);
        pages(catalog, &format!("search {text:?} page 1000"), &find, rounds).await;
    }
}

async fn search_in_texts(catalog: &Catalog, rounds: usize) {
    for text in [
        "ma",
        "mac",
        "machine",
        "machinet",
        "reportin",
        "the in",
        "the ma",
        "contract invo",
        "quality",
        "qualitytion",
        "verundperd3",
        "the no such word",
    ] {
        for (sort, descending) in [(SortBy::Updated, true), (SortBy::Name, false)] {
            let find = Find { text: Some(text.into()), sort, descending, ..all() };
            pages(catalog, &format!("in texts {text:?} {sort:?}"), &find, rounds).await;
            let other = Find { descending: !descending, ..find.clone() };
            let position = catalog.read(move |tx| page(tx, &other)).await.unwrap().next;
            let last = Find { position, ..find.clone() };
            pages(catalog, &format!("in texts {text:?} {sort:?} last"), &last, rounds).await;
        }
    }
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().expect("DIR FILES"));
    let count: u64 = arguments.next().expect("DIR FILES").parse().unwrap();
    let parts = arguments.next().unwrap_or_else(|| "update,read,list,search".into());
    std::fs::create_dir_all(&dir).unwrap();
    let catalog =
        Catalog::open(&Options { path: dir.join("catalog.db"), readers: 2, exclusive: true }).unwrap();
    let trees: Vec<u64> = arguments.map(|files| files.parse().unwrap()).collect();
    fill(&catalog, count, &trees).await;
    let parent = catalog.read(|tx| folders::by_id(tx, 1, "media-root")).await.unwrap().unwrap().num;

    if parts.contains("update") {
        for what in ["labels", "name", "labels unchanged"] {
            let shared = catalog.clone();
            throughput(&format!("update {what}, {CALLERS} callers"), CALLERS, after(5), move |random| {
                let catalog = shared.clone();
                async move {
                    let change = move |tx: &catalog::Tx<'_>| {
                        let mut dice = Dice(random);
                        let file = files::get(tx, 1, &id(random % count))?.unwrap();
                        let change = match what {
                            "labels" => Change {
                                labels: Some(vec![dice.word().into(), dice.word().into()]),
                                ..Change::default()
                            },
                            "name" => Change { name: Some(name(&mut dice) + ".jpg"), ..Change::default() },
                            _ => Change { labels: Some(file.labels.clone()), ..Change::default() },
                        };
                        files::update(tx, file, &change, 1_800_000_000_000)
                    };
                    catalog.write(change).await.unwrap();
                }
            })
            .await;
        }
    }
    if parts.contains("read") {
        for callers in [1, CALLERS] {
            let shared = catalog.clone();
            throughput(&format!("read one, {callers} callers"), callers, after(3), move |random| {
                let catalog = shared.clone();
                async move {
                    let wanted = id(random % count);
                    catalog.read(move |tx| files::get(tx, 1, &wanted)).await.unwrap().unwrap();
                }
            })
            .await;
        }
    }
    if parts.contains("list") {
        list(&catalog, parent, 200).await;
        println!("-- while 8 writers run");
        let stop = Arc::new(AtomicBool::new(false));
        let (shared, flag) = (catalog.clone(), stop.clone());
        let writers = tokio::spawn(async move {
            throughput("update while lists run, 8 callers", 8, flag, move |random| {
                let catalog = shared.clone();
                async move {
                    let change = move |tx: &catalog::Tx<'_>| {
                        let file = files::get(tx, 1, &id(random % count))?.unwrap();
                        let label = Dice(random).word().into();
                        files::update(
                            tx,
                            file,
                            &Change { labels: Some(vec![label]), ..Change::default() },
                            1_800_000_000_000,
                        )
                    };
                    catalog.write(change).await.unwrap();
                }
            })
            .await;
        });
        list(&catalog, parent, 100).await;
        stop.store(true, Ordering::Relaxed);
        writers.await.unwrap();
    }
    if parts.contains("contents") {
        fill_contents(&catalog, count).await;
    }
    if parts.contains("long texts") {
        long_texts(&catalog, count).await;
    }
    if parts.contains("search") {
        search(&catalog, 50).await;
    }
    if parts.contains("in texts") {
        search_in_texts(&catalog, 50).await;
    }
    for entry in std::fs::read_dir(&dir).unwrap() {
        let entry = entry.unwrap();
        println!("{:?} {} MB", entry.file_name(), entry.metadata().unwrap().len() >> 20);
    }
}
