//! Resumable uploads in bad times: a process that dies at any step of the last piece, and a disk that is full.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Reply, Server};

/// An upload that was begun.
struct Upload {
    token: String,
    path: String,
}

impl Upload {
    fn begin(server: &Server, name: Option<&str>, length: usize) -> Upload {
        let request = json!({ "mimeType": "text/plain", "fileName": name });
        let issued = server.call("POST", "/v1/files/generate-resumable-upload-url", &request).body;
        let token = issued["uploadToken"].as_str().unwrap().to_owned();
        let metadata = format!("token {}", BASE64_STANDARD.encode(&token));
        let length = length.to_string();
        let headers =
            [("Tus-Resumable", "1.0.0"), ("Upload-Length", &length), ("Upload-Metadata", metadata.as_str())];
        let location = server.send("POST", "/upload/tus", &headers, b"").location.unwrap();
        Upload { token, path: location.strip_prefix(&server.url).unwrap().to_owned() }
    }

    fn try_patch(&self, server: &Server, offset: usize, bytes: &[u8]) -> Option<Reply> {
        let offset = offset.to_string();
        let headers = [
            ("Tus-Resumable", "1.0.0"),
            ("Upload-Offset", offset.as_str()),
            ("Content-Type", "application/offset+octet-stream"),
        ];
        server.try_send("PATCH", &self.path, &headers, bytes)
    }

    /// How much the server says it has.
    fn offset(&self, server: &Server) -> usize {
        let reply = server.send("HEAD", &self.path, &[("Tus-Resumable", "1.0.0")], b"");
        assert_eq!(reply.status, 200);
        reply.offset.expect("an offset")
    }

    /// Goes on from where the server is, and asks for the file.
    fn finish(&self, server: &Server, text: &[u8]) -> Value {
        let offset = self.offset(server);
        if offset < text.len() {
            assert_eq!(self.try_patch(server, offset, &text[offset..]).unwrap().status, 204);
        }
        let reply = server.send("PUT", &format!("/upload/tus/{}", self.token), &[], b"{}");
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body["file"].clone()
    }
}

fn text(length: usize) -> Vec<u8> {
    (0..length).map(|at| b"abcdefghijklmnopqrstuvwxyz\n"[at * 7 % 27]).collect()
}

fn check(server: &Server, file: &Value, text: &[u8]) {
    assert_eq!(
        (&file["operationStatus"], &file["sizeInBytes"]),
        (&json!("READY"), &json!(text.len().to_string()))
    );
    let served = server.send("GET", file["url"].as_str().unwrap(), &[], b"");
    assert!(served.body.as_str().unwrap().as_bytes() == text, "the bytes are those that were sent");
}

fn library(dir: &Path) -> String {
    let library = dir.join("stop.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outside/resumables/stop.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    assert!(built.unwrap().success(), "a C compiler builds it");
    library.to_str().unwrap().to_owned()
}

#[test]
fn whenever_the_server_dies_the_upload_goes_on_and_becomes_one_file() {
    let place = TempDir::new().unwrap();
    let (library, text) = (library(place.path()), text(300_000));
    for at in 1..50 {
        let armed = place.path().join(format!("armed-{at}"));
        let number = at.to_string();
        let environment = [
            ("LD_PRELOAD", library.as_str()),
            ("STOP_ARMED", armed.to_str().unwrap()),
            ("STOP_AT", number.as_str()),
        ];
        let server = Server::start_with(TempDir::new().unwrap(), &[], &environment);
        let upload = Upload::begin(&server, Some("crashed.txt"), text.len());
        assert_eq!(upload.try_patch(&server, 0, &text[..100_000]).unwrap().status, 204);
        std::fs::write(&armed, "").unwrap();
        let answered = upload.try_patch(&server, 100_000, &text[100_000..]).is_some();
        server.kill();
        let server = server.again();
        let file = upload.finish(&server, &text);
        check(&server, &file, &text);
        assert_eq!(upload.finish(&server, &text)["id"], file["id"], "asked again, the same");
        let files = server.database().query_row("SELECT COUNT(*) FROM files", [], |row| row.get::<_, i64>(0));
        assert_eq!(files.unwrap(), 1);
        if answered {
            // Every step of the last piece was a last one once.
            assert!(at > 4, "it died {} times", at - 1);
            return;
        }
    }
    panic!("the last piece is never answered");
}

#[test]
fn a_full_disk_costs_what_is_not_answered_and_the_upload_goes_on_when_there_is_room() {
    let disk = TempDir::new().unwrap();
    let run =
        |args: &[&str]| Command::new(args[0]).args(&args[1..]).arg(disk.path()).status().unwrap().success();
    assert!(run(&["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs"]), "mounting needs root");
    let storage = format!("file:{}", disk.path().join("storage").display());
    let server = Server::start(&["--storage", &storage]);
    let (text, ballast) = (text(10_000_000), disk.path().join("ballast"));
    let upload = Upload::begin(&server, Some("large.txt"), text.len());
    assert_eq!(upload.try_patch(&server, 0, &text[..2_000_000]).unwrap().status, 204);
    std::fs::write(&ballast, vec![0; 10_000_000]).unwrap();
    let full = upload.try_patch(&server, 2_000_000, &text[2_000_000..]).unwrap();
    assert_eq!((full.status, full.code()), (507, "STORAGE_FULL"));
    let kept = upload.offset(&server);
    assert!((2_000_000..10_000_000).contains(&kept), "{kept}");
    std::fs::remove_file(&ballast).unwrap();
    let file = upload.finish(&server, &text);
    check(&server, &file, &text);
    drop(server);
    assert!(run(&["umount", "-l"]));
}

#[test]
fn the_last_put_names_a_file_that_nobody_has_named() {
    let server = Server::start(&[]);
    let finished = |upload: &Upload, name: &str| {
        let reply = server.send("PUT", &format!("/upload/tus/{}?filename={name}", upload.token), &[], b"{}");
        let file = &reply.body["file"];
        (file["displayName"].clone(), file["media"]["document"]["filename"].clone())
    };
    let both = |name: &str| (json!(name), json!(name));
    for (name, expected) in [(None, "notes.txt"), (Some("named.txt"), "named.txt")] {
        let upload = Upload::begin(&server, name, 5);
        assert_eq!(upload.try_patch(&server, 0, b"hello").unwrap().status, 204);
        assert_eq!(finished(&upload, "notes.txt"), both(expected));
        assert_eq!(finished(&upload, "other.txt"), both(expected), "once it has a name it keeps it");
    }
}
