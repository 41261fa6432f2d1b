//! Tenants beside each other: what one does costs the others little.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::server::Server;

/// How long a call of a quiet site takes, usually, while another site searches as much as it can.
fn beside_a_busy_site(args: &[&str]) -> Duration {
    let server = Server::start(args);
    for number in 0..60 {
        server.upload(&format!("{number} {}.txt", "long name ".repeat(20)), b"x");
    }
    let quiet = server.admin(&["sites", "create", "--name", "Quiet"])["siteId"].as_str().unwrap().to_owned();
    let scope = "SCOPE.DC-MEDIA.READ-MEDIAMANAGER";
    let key = server.admin(&["keys", "create", "--site", &quiet, "--name", "k", "--scope", scope]);
    let key = key["apiKey"].as_str().unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..120 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let request = json!({ "search": "g", "paging": { "limit": 60 } });
                    let status = server.call("POST", "/v1/files/search", &request).status;
                    assert!(status == 200 || status == 429, "{status}");
                }
            });
        }
        std::thread::sleep(Duration::from_millis(500));
        let mut took: Vec<Duration> = (0..25)
            .map(|_| {
                let began = Instant::now();
                let reply = server.send("GET", "/site-media/v1/files", &[("Authorization", key)], b"");
                assert_eq!(reply.status, 200, "{}", reply.body);
                began.elapsed()
            })
            .collect();
        stop.store(true, Ordering::Relaxed);
        took.sort();
        took[took.len() / 2]
    })
}

#[test]
fn a_busy_site_keeps_a_quiet_one_waiting_for_less_than_it_could() {
    let limited = beside_a_busy_site(&["--rate-limit", "1000000:1000000", "--concurrency-calls", "4"]);
    let unlimited = beside_a_busy_site(&[]);
    println!("limited {limited:?}, unlimited {unlimited:?}");
    assert!(limited * 2 < unlimited, "limited {limited:?}, unlimited {unlimited:?}");
}
