//! Tenants beside each other: what one does costs the others little.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::server::Server;

/// A site of its own, and a key that may do everything with its files.
fn another_site(server: &Server) -> String {
    let site = server.admin(&["sites", "create", "--name", "Quiet"])["siteId"].as_str().unwrap().to_owned();
    let scope = "SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER";
    let key = server.admin(&["keys", "create", "--site", &site, "--name", "k", "--scope", scope]);
    key["apiKey"].as_str().unwrap().to_owned()
}

fn median(mut took: Vec<Duration>) -> Duration {
    took.sort();
    took[took.len() / 2]
}

/// How long a call of a quiet site takes, usually, while another site searches as much as it can.
fn beside_a_busy_site(args: &[&str]) -> Duration {
    let server = Server::start(args);
    for number in 0..60 {
        server.upload(&format!("{number} {}.txt", "long name ".repeat(20)), b"x");
    }
    let key = another_site(&server);
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
        let took = (0..25)
            .map(|_| {
                let began = Instant::now();
                let reply = server.send("GET", "/site-media/v1/files", &[("Authorization", &key)], b"");
                assert_eq!(reply.status, 200, "{}", reply.body);
                began.elapsed()
            })
            .collect();
        stop.store(true, Ordering::Relaxed);
        median(took)
    })
}

#[test]
fn a_busy_site_keeps_a_quiet_one_waiting_for_less_than_it_could() {
    let limited = beside_a_busy_site(&["--rate-limit", "1000000:1000000", "--concurrency-calls", "4"]);
    let unlimited = beside_a_busy_site(&[]);
    println!("limited {limited:?}, unlimited {unlimited:?}");
    assert!(limited * 2 < unlimited, "limited {limited:?}, unlimited {unlimited:?}");
}

#[test]
fn hundreds_of_slow_uploads_are_held_to_their_places_and_others_are_not_kept_waiting() {
    const PLACES: usize = 100;
    const SLOW: usize = 300;
    let server = Server::start(&["--rate-limit", "1000000:1000000", "--concurrency-uploads", "100"]);
    let key = another_site(&server);
    let upload = || {
        let began = Instant::now();
        let request = json!({ "mimeType": "text/plain", "fileName": "quick.txt" }).to_string();
        let path = "/site-media/v1/files/generate-upload-url";
        let issued = server.send("POST", path, &[("Authorization", &key)], request.as_bytes()).body;
        let url = issued["uploadUrl"].as_str().unwrap().to_owned();
        assert_eq!(server.send("PUT", &url, &[], b"hello").status, 200);
        began.elapsed()
    };
    let alone = median((0..20).map(|_| upload()).collect());
    let request = json!({ "mimeType": "text/plain", "fileName": "slow.txt" });
    let address = server.url.trim_start_matches("http://");
    let mut slow: Vec<TcpStream> = (0..SLOW)
        .map(|_| {
            let url = server.upload_url(&request);
            let path = url.strip_prefix(&server.url).unwrap();
            let mut socket = TcpStream::connect(address).unwrap();
            write!(socket, "PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhell").unwrap();
            socket
        })
        .collect();
    let beside = median((0..20).map(|_| upload()).collect());
    assert!(beside < alone * 10 + Duration::from_millis(50), "alone {alone:?}, beside {beside:?}");
    assert_eq!(server.call("GET", "/v1/files", &json!({})).status, 200, "calls are counted apart");
    // Longer than anybody waits for a place: whoever has none was told so.
    std::thread::sleep(Duration::from_millis(1_500));
    let mut statuses = Vec::new();
    for socket in &mut slow {
        // Who was refused has hung up perhaps; the answer is there to be read all the same.
        let _ = socket.write_all(b"o");
        let mut answer = [0; 12];
        socket.read_exact(&mut answer).unwrap();
        statuses.push(String::from_utf8_lossy(&answer[9..]).into_owned());
    }
    let count = |status: &str| statuses.iter().filter(|seen| *seen == status).count();
    assert_eq!((count("200"), count("429")), (PLACES, SLOW - PLACES), "{statuses:?}");
}
