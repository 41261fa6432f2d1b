//! Requests that meet at the wrong moment.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::server::Server;

#[test]
fn of_many_requests_with_one_upload_url_one_wins_and_none_is_a_fault() {
    let server = Server::start(&[]);
    for _ in 0..20 {
        let url = server.upload_url(&json!({ "mimeType": "text/plain" }));
        let statuses = std::thread::scope(|scope| {
            let send = || server.send("PUT", &url, &[], b"hello").status;
            let clients: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
            clients.into_iter().map(|client| client.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
    }
}

#[test]
fn an_upload_of_which_every_byte_is_here_becomes_a_file_after_a_crash() {
    let server = Server::start(&[]);
    let request = json!({ "mimeType": "text/plain", "fileName": "stranded.txt" });
    let issued = server.call("POST", "/v1/files/generate-resumable-upload-url", &request).body;
    let token = BASE64_STANDARD.encode(issued["uploadToken"].as_str().unwrap());
    let metadata = format!("token {token}");
    let headers = [("Tus-Resumable", "1.0.0"), ("Upload-Length", "11"), ("Upload-Metadata", &metadata)];
    let url = server.send("POST", "/upload/tus", &headers, b"").location.unwrap();
    let headers = [
        ("Tus-Resumable", "1.0.0"),
        ("Upload-Offset", "0"),
        ("Content-Type", "application/offset+octet-stream"),
    ];
    assert_eq!(server.send("PATCH", &url, &headers, b"hello").status, 204);
    // As a crash leaves it between the last byte and the file.
    server.kill();
    server.database().execute("UPDATE resumables SET length = 5", []).unwrap();
    let server = server.again();
    let file = (0..100).find_map(|_| {
        std::thread::sleep(Duration::from_millis(20));
        let found = server.call("POST", "/v1/files/search", &json!({ "search": "stranded" })).body;
        found["files"].get(0).cloned()
    });
    let file = file.expect("it is made");
    assert_eq!(server.send("GET", file["url"].as_str().unwrap(), &[], b"").body, json!("hello"));
}

#[test]
fn who_hangs_up_at_any_moment_may_try_again() {
    let server = Server::start(&[]);
    let body = vec![b'x'; 20_000];
    for round in 0..120 {
        let url = server.upload_url(&json!({ "mimeType": "text/plain" }));
        let path = url.strip_prefix(&server.url).unwrap();
        let mut socket = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
        write!(socket, "PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len()).unwrap();
        socket.write_all(&body).unwrap();
        std::thread::sleep(Duration::from_micros(round * 50));
        drop(socket);
        let again = (0..200).map(|_| server.send("PUT", &url, &[], &body)).find(|reply| {
            let busy = reply.status == 409 && reply.code() == "UPLOAD_IN_PROGRESS";
            if busy {
                std::thread::sleep(Duration::from_millis(5));
            }
            !busy
        });
        let again = again.expect("it is its turn at last");
        assert!(again.status == 200 || again.code() == "UPLOAD_ALREADY_DONE", "{round}: {}", again.body);
    }
    let files = server.database().query_row("SELECT COUNT(*) FROM files", [], |row| row.get::<_, i64>(0));
    assert_eq!(files.unwrap(), 120, "each file is there once");
}
