//! Content with an origin of its own.

use serde_json::json;

use crate::server::Server;

#[test]
fn files_are_served_by_their_own_origin_alone() {
    let server = Server::start(&["--content-listen", "127.0.0.1:0"]);
    let file = server.upload("note.txt", b"hello");
    let url = file["url"].as_str().unwrap();
    let (origin, path) = url.split_at(url.find("/ugd/").unwrap());
    assert_ne!(origin, server.url);
    assert_eq!(server.send("GET", url, &[], b"").body, json!("hello"));
    // Addresses of the public origin, from before the two were parted, lead there.
    let moved = server
        .raw(format!("GET {path}?a=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes(), true);
    assert!(moved.starts_with("HTTP/1.1 308"), "{moved}");
    assert!(moved.contains(&format!("location: {url}?a=1\r\n")), "{moved}");
    for path in ["/site-media/v1/files", "/console/", "/openapi.json", "/upload/x"] {
        let reply = server.send("GET", &format!("{origin}{path}"), &[("Authorization", &server.key)], b"");
        assert_eq!(reply.status, 404, "{path}");
    }
    assert_eq!(server.call("GET", "/v1/files", &json!({})).status, 200);
}
