//! What the server keeps in memory is never older than what it has answered.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::server::Server;

const SCOPE: &str = "SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER";

#[test]
fn a_file_that_was_just_served_is_gone_with_the_answer_to_its_deletion() {
    let server = Server::start(&[]);
    for round in 0..20 {
        let file = server.upload("note.txt", b"hello");
        let (id, url) = (&file["id"], file["url"].as_str().unwrap());
        for _ in 0..3 {
            assert_eq!(server.send("GET", url, &[], b"").status, 200);
        }
        let body = json!({ "fileIds": [id], "permanent": true });
        assert_eq!(server.call("POST", "/v1/bulk/files/delete", &body).status, 200);
        assert_eq!(server.send("GET", url, &[], b"").status, 404, "round {round}");
    }
}

#[test]
fn a_new_name_is_in_the_next_download() {
    let server = Server::start(&[]);
    let file = server.upload("first.txt", b"hello");
    for name in ["first.txt", "second.txt", "third.txt"] {
        let body = json!({ "file": { "id": file["id"], "displayName": name } });
        assert_eq!(server.call("PATCH", "/v1/files/update-file-descriptor", &body).status, 200);
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n",
            file["url"].as_str().unwrap().trim_start_matches(&server.url)
        );
        for _ in 0..2 {
            let reply = server.raw(request.as_bytes(), true);
            assert!(reply.contains(&format!("filename=\"{name}\"")), "{reply}");
        }
    }
}

#[test]
fn a_key_that_a_command_revokes_is_dead_within_a_second() {
    let server = Server::start(&[]);
    let made =
        server.admin(&["keys", "create", "--site", &server.site, "--name", "second", "--scope", SCOPE]);
    let (id, key) = (made["keyId"].as_str().unwrap(), made["apiKey"].as_str().unwrap());
    let works = || match server.send("GET", "/site-media/v1/files", &[("Authorization", key)], b"").status {
        200 => true,
        401 => false,
        status => panic!("{status}"),
    };
    assert!(works() && works());
    server.admin(&["keys", "revoke", id]);
    let revoked = Instant::now();
    while works() {
        assert!(revoked.elapsed() < Duration::from_secs(1), "it still works");
    }
}
