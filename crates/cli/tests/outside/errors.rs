use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Reply, Server};

fn jpeg() -> Vec<u8> {
    // The smallest thing that passes for a JPEG.
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9".to_vec()
}

/// The names of the table in docs/ERRORS.md, with their statuses.
fn documented() -> BTreeSet<(String, u16)> {
    let page =
        std::fs::read_to_string(format!("{}/../../docs/ERRORS.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| {
        let mut cells = row.split('|');
        let name = cells.next().unwrap().trim().trim_end_matches('`').to_owned();
        // Why files fail is told by events, without a status.
        Some((name, cells.next().unwrap().trim().parse().ok()?))
    })
    .collect()
}

struct Seen(BTreeSet<(String, u16)>);

impl Seen {
    fn see(&mut self, reply: &Reply) {
        self.0.insert((reply.code().to_owned(), reply.status));
    }
}

#[test]
fn every_row_of_the_table_of_errors_can_be_provoked() {
    let server = Server::start(&["--upload-idle-timeout", "1s"]);
    let mut seen = Seen(BTreeSet::new());
    requests(&server, &mut seen);
    folders(&server, &mut seen);
    tokens(&server, &mut seen);
    channels(&server, &mut seen);
    uploads(&server, &mut seen);
    resumables(&server, &mut seen);
    links(&server, &mut seen);
    presets(&mut seen);
    rates(&mut seen);
    faults(&server, &mut seen);
    full_disk(&mut seen);
    assert_eq!(seen.0, documented());
}

fn requests(server: &Server, seen: &mut Seen) {
    let call = |verb: &str, path: &str, body: Value| server.call(verb, path, &body);
    let own = |verb: &str, path: &str, body: Value| {
        let headers = [("Authorization", server.key.as_str())];
        server.send(verb, &format!("/media-manager{path}"), &headers, body.to_string().as_bytes())
    };
    let request = json!({ "url": "http://127.0.0.1:9/", "events": ["file_ready"] });
    let hook = own("POST", "/v1/webhooks", request).body["webhookId"].as_str().unwrap().to_owned();
    let file = server.upload("a.txt", b"hello");
    let url = server.upload_url(&json!({ "mimeType": "image/jpeg" }));
    let image = server.send("PUT", &url, &[], &jpeg()).body["file"]["url"].as_str().unwrap().to_owned();
    let strict = |strict: bool| {
        let set = own("PUT", "/v1/image-policy", json!({ "strict": strict }));
        assert_eq!(set.status, 200);
        server.send("GET", &format!("{image}/v1/fill/w_1,h_1/a.jpg"), &[], b"")
    };
    seen.see(&strict(true));
    let id = file["id"].as_str().unwrap();
    for reply in [
        strict(false),
        call("POST", "/v1/files/get-files", json!({ "fileIds": ["x"] })),
        call("POST", "/v1/files/get-files", json!({ "fileIds": vec![id; 101] })),
        call("PATCH", "/v1/files/update-file-descriptor", json!({ "file": { "id": id } })),
        call("POST", "/v1/files/search", json!({ "mediaTypes": ["OTHER"] })),
        call("POST", "/v1/files/search", json!({ "sort": { "fieldName": "hash" } })),
        call("POST", "/v1/files/search", json!({ "paging": { "cursor": "x" } })),
        call("POST", "/v1/files/query", json!({ "query": { "filter": { "hash": "x" } } })),
        call("POST", "/v1/files/generate-file-download-url", json!({ "fileId": id, "assetKeys": ["x"] })),
        call("POST", "/v1/files/generate-video-stream-url", json!({ "fileId": id })),
        server.send("GET", &format!("{image}/v1/fill/w_0,h_1/a.jpg"), &[], b""),
        own("DELETE", "/v1/webhooks/x", json!({})),
        own("POST", &format!("/v1/webhooks/{hook}/keys"), json!({ "activate": true })),
        call("GET", "/v1/nowhere", json!({})),
        call("DELETE", "/v1/files", json!({})),
        server.send("GET", "/site-media/v1/files", &[], b""),
        server.send(
            "GET",
            "/site-media/v1/files",
            &[("Authorization", &server.key), ("wix-site-id", "x")],
            b"",
        ),
        server.send(
            "POST",
            "/site-media/v1/files/search",
            &[("Authorization", &server.key)],
            &vec![b' '; 4_000_001],
        ),
        server.send("GET", "/media/nothing", &[], b""),
        server.send("GET", file["url"].as_str().unwrap(), &[("Range", "bytes=99-")], b""),
    ] {
        seen.see(&reply);
    }
}

fn folders(server: &Server, seen: &mut Seen) {
    let make = |name: &str, parent: &str| {
        let request = json!({ "displayName": name, "parentFolderId": parent });
        let reply = server.call("POST", "/v1/folders", &request);
        (reply.body["folder"]["id"].as_str().unwrap_or_default().to_owned(), reply)
    };
    let (top, _) = make("top", "media-root");
    let mut deepest = top.clone();
    for level in 1..32 {
        deepest = make(&level.to_string(), &deepest).0;
    }
    for number in 0..1001 {
        let request =
            json!({ "mimeType": "text/plain", "fileName": format!("{number}.txt"), "parentFolderId": top });
        assert_eq!(server.send("PUT", &server.upload_url(&request), &[], b"x").status, 200);
    }
    let call = |verb: &str, path: &str, body: Value| server.call(verb, path, &body);
    for reply in [
        make("top", "media-root").1,
        make("33", &deepest).1,
        call("GET", &format!("/v1/folders/{}", "0".repeat(32)), json!({})),
        call("PATCH", &format!("/v1/folders/{top}"), json!({ "folder": { "parentFolderId": deepest } })),
        call("POST", "/v1/bulk/folders/delete", json!({ "folderIds": ["media-root"] })),
        call("POST", &format!("/v1/folders/{top}/generate-download-url"), json!({})),
    ] {
        seen.see(&reply);
    }
}

fn tokens(server: &Server, seen: &mut Seen) {
    for request in [
        json!({}),
        json!({ "grant_type": "password" }),
        json!({ "grant_type": "anonymous", "client_id": "x" }),
        json!({ "grant_type": "refresh_token", "refresh_token": "x" }),
    ] {
        seen.see(&server.send("POST", "/oauth2/token", &[], request.to_string().as_bytes()));
    }
    let own = |verb: &str, path: &str, body: Value| {
        let headers = [("Authorization", server.key.as_str())];
        server.send(verb, &format!("/media-manager/v1{path}"), &headers, body.to_string().as_bytes())
    };
    let user = json!({ "email": "ada@example.org", "role": "viewer" });
    assert_eq!(own("POST", "/users", user.clone()).status, 200);
    for reply in [
        own("POST", "/users", user),
        own("PATCH", "/users/x", json!({ "role": "viewer" })),
        own("DELETE", "/keys/x", json!({})),
        own("POST", "/sessions", json!({ "email": "ada@example.org", "password": "x" })),
    ] {
        seen.see(&reply);
    }
}

fn uploads(server: &Server, seen: &mut Seen) {
    let issue = |request: Value| server.call("POST", "/v1/files/generate-upload-url", &request);
    for request in [
        json!({ "mimeType": "text/html" }),
        json!({ "mimeType": "image/jpeg", "fileName": "a.mp4" }),
        json!({ "mimeType": "image/jpeg", "sizeInBytes": "0" }),
        json!({ "mimeType": "image/jpeg", "sizeInBytes": "25000001" }),
        json!({ "mimeType": "image/jpeg", "filePath": "a/../b" }),
    ] {
        seen.see(&issue(request));
    }
    let sized = server.upload_url(&json!({ "mimeType": "text/plain", "sizeInBytes": "3" }));
    seen.see(&server.send("PUT", &sized, &[], b"four"));
    assert_eq!(server.send("PUT", &sized, &[], b"abc").status, 200);
    seen.see(&server.send("PUT", &sized, &[], b"abc"));
    seen.see(&server.send("PUT", "/upload/forged", &[], b"abc"));

    // A body that stalls keeps its session busy until it times out.
    let url = server.upload_url(&json!({ "mimeType": "text/plain" }));
    let path = url.strip_prefix(&server.url).unwrap().to_owned();
    let request =
        format!("PUT {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100\r\n\r\nhello");
    std::thread::scope(|scope| {
        let stalled = scope.spawn(|| server.raw(request.as_bytes(), true));
        std::thread::sleep(Duration::from_millis(300));
        seen.see(&server.send("PUT", &url, &[], b"abc"));
        let answer = stalled.join().unwrap();
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("\"UPLOAD_INTERRUPTED\""), "{answer}");
        seen.0.insert(("UPLOAD_INTERRUPTED".into(), 400));
    });
    assert_eq!(server.send("PUT", &url, &[], b"abc").status, 200, "it may be tried again");

    let late = Server::start(&["--upload-lifetime", "1s"]);
    let url = late.upload_url(&json!({ "mimeType": "text/plain" }));
    std::thread::sleep(Duration::from_millis(1_500));
    seen.see(&late.send("PUT", &url, &[], b"abc"));

    server.admin(&["quota", "set", "--site", &server.site, "--bytes", "1"]);
    seen.see(&issue(json!({ "mimeType": "image/jpeg", "sizeInBytes": "100" })));
    server.admin(&["quota", "set", "--site", &server.site]);
}

fn resumables(server: &Server, seen: &mut Seen) {
    let begin = |server: &Server, version: &str, length: &str| {
        let request = json!({ "mimeType": "text/plain", "fileName": "a.txt" });
        let issued = server.call("POST", "/v1/files/generate-resumable-upload-url", &request).body;
        let token = BASE64_STANDARD.encode(issued["uploadToken"].as_str().unwrap());
        let metadata = format!("token {token}");
        let headers =
            [("Tus-Resumable", version), ("Upload-Length", length), ("Upload-Metadata", metadata.as_str())];
        let reply = server.send("POST", "/upload/tus", &headers, b"");
        (reply, format!("/upload/tus/{}", issued["uploadToken"].as_str().unwrap()))
    };
    let patch = |server: &Server, url: &str, offset: &str, more: &[(&str, &str)], body: &[u8]| {
        let mut headers = vec![("Tus-Resumable", "1.0.0"), ("Upload-Offset", offset)];
        headers.extend(more);
        server.send("PATCH", url, &headers, body)
    };
    let piece = ("Content-Type", "application/offset+octet-stream");
    seen.see(&begin(server, "0.1", "5").0);
    seen.see(&begin(server, "1.0.0", "five").0);
    let (begun, finish) = begin(server, "1.0.0", "5");
    let url = begun.location.unwrap();
    seen.see(&patch(server, &url, "0", &[], b"hello"));
    seen.see(&patch(server, &url, "3", &[piece], b"lo"));
    seen.see(&patch(server, &url, "0", &[piece], b"hello world"));
    seen.see(&patch(server, &url, "0", &[piece, ("Upload-Checksum", "crc32 AAAAAA==")], b"hello"));
    seen.see(&server.send("PUT", &finish, &[], b""));
    seen.see(&patch(server, "/upload/tus/none", "0", &[piece], b"hello"));
    assert_eq!(patch(server, &url, "0", &[piece], b"hello").status, 204);

    let short = Server::start(&["--upload-resumable-lifetime", "1s"]);
    let url = begin(&short, "1.0.0", "5").0.location.unwrap();
    std::thread::sleep(Duration::from_millis(1_200));
    seen.see(&patch(&short, &url, "0", &[piece], b"hello"));
}

fn links(server: &Server, seen: &mut Seen) {
    let url = server.upload_url(&json!({ "mimeType": "image/jpeg", "private": true }));
    let reply = server.send("PUT", &url, &[], &jpeg());
    let file = &reply.body["file"];
    let id = file["id"].as_str().unwrap();
    seen.see(&server.send("GET", file["url"].as_str().unwrap(), &[], b""));
    seen.see(&server.call("POST", "/v1/files/generate-download-url", &json!({ "fileIds": [id] })));
    seen.see(&server.send("GET", &format!("/download/media/{id}?token=x"), &[], b""));

    // Links are good for a minute at least, which is too long to wait for: one is signed here with the server's key.
    let request = json!({ "fileId": id, "expirationInMinutes": 1 });
    let made = server.call("POST", "/v1/files/generate-file-download-url", &request);
    let link = made.body["downloadUrls"][0]["url"].as_str().unwrap();
    let secret: Vec<u8> =
        server.database().query_row("SELECT secret FROM signing_keys", [], |row| row.get(0)).unwrap();
    seen.see(&server.send("GET", &aged(link, &secret), &[], b""));
}

/// The same link, but expired.
fn aged(link: &str, secret: &[u8]) -> String {
    use jsonwebtoken::{
        Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    };
    let (address, token) = link.split_once("token=").unwrap();
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_aud = false;
    let mut claims = decode::<Value>(token, &DecodingKey::from_secret(secret), &rules).unwrap().claims;
    claims["exp"] = json!(1_000_000_000);
    let header = Header { kid: decode_header(token).unwrap().kid, ..Header::new(Algorithm::HS256) };
    format!("{address}token={}", encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap())
}

fn faults(server: &Server, seen: &mut Seen) {
    let url = server.upload_url(&json!({ "mimeType": "image/jpeg" }));
    let file = server.send("PUT", &url, &[], &jpeg()).body["file"]["id"].as_str().unwrap().to_owned();
    let database = server.database();
    database.execute("UPDATE facts SET json = 'nonsense'", []).unwrap();
    let reply = server.call("GET", &format!("/v1/files/{file}"), &json!({}));
    assert!(!reply.body.to_string().contains("nonsense"), "no internals in a reply: {}", reply.body);
    seen.see(&reply);
    // Somebody else holds the database for longer than the server waits for it.
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    seen.see(&server.call("POST", "/v1/files/generate-upload-url", &json!({ "mimeType": "image/jpeg" })));
    database.execute_batch("ROLLBACK").unwrap();
    server.upload("after.txt", b"x");
}

fn full_disk(seen: &mut Seen) {
    let dir = TempDir::new().unwrap();
    let mount =
        |args: &[&str]| Command::new(args[0]).args(&args[1..]).arg(dir.path()).status().unwrap().success();
    assert!(mount(&["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs"]), "mounting needs root");
    let place = TempDir::new_in(dir.path()).unwrap();
    let server = Server::start_in(place, &[]);
    let url = server.upload_url(&json!({ "mimeType": "text/plain" }));
    seen.see(&server.send("PUT", &url, &[], &vec![b'x'; 12_000_000]));
    server.upload("small.txt", b"there is room for this");
    drop(server);
    assert!(mount(&["umount", "-l"]));
}

fn presets(seen: &mut Seen) {
    let server = Server::start(&["--images-presets", "1"]);
    let own = |verb: &str, name: &str| {
        let headers = [("Authorization", server.key.as_str())];
        let body = json!({ "transformation": "fit/w_1,h_1" }).to_string();
        server.send(verb, &format!("/media-manager/v1/presets/{name}"), &headers, body.as_bytes())
    };
    assert_eq!(own("PUT", "a").status, 200);
    seen.see(&own("PUT", "b"));
    seen.see(&own("DELETE", "b"));
}

fn rates(seen: &mut Seen) {
    let server = Server::start(&["--rate-limit", "1:1"]);
    let list = || server.call("GET", "/v1/files", &json!({}));
    assert_eq!(list().status, 200);
    seen.see(&list());
}

/// Communication Channels have codes of their own, four of which are spelled like rules.
fn channels(server: &Server, seen: &mut Seen) {
    let issue = |request: Value| {
        let headers = [("Authorization", server.key.as_str())];
        let path = "/communication-channels-media/v1/upload-url";
        server.send("POST", path, &headers, request.to_string().as_bytes())
    };
    let mut see = |reply: Reply| {
        assert!(reply.body["details"]["applicationError"]["code"].is_string(), "a code: {}", reply.body);
        seen.see(&reply);
    };
    see(issue(json!({ "mimeType": "text/html" })));
    see(issue(json!({ "mimeType": "image/jpeg", "fileName": "a.mp4" })));
    for body in [&b""[..], &vec![b'a'; 1_000_001]] {
        let url =
            issue(json!({ "mimeType": "image/svg+xml" })).body["uploadUrl"].as_str().unwrap().to_owned();
        see(server.send("PUT", &url, &[], body));
    }
}
