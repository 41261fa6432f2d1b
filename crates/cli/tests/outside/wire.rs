//! The bytes of each reply, pinned. What differs from run to run is blotted out.

use insta::{assert_json_snapshot, with_settings};
use serde_json::{Value, json};

use crate::server::{Reply, Server};

const SMALL: &[u8] = include_bytes!("two_colours.png");

/// Replaces what is new in each run.
fn steady(server: &Server, reply: &Reply) -> Value {
    let text = reply.body.to_string().replace(&server.url, "URL").replace(&server.site, "SITE");
    let mut value: Value = serde_json::from_str(&text).unwrap();
    blot(&mut value, "");
    json!({ "status": reply.status, "body": value })
}

fn blot(value: &mut Value, name: &str) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| blot(value, name)),
        Value::Array(items) => items.iter_mut().for_each(|value| blot(value, name)),
        Value::String(text) => {
            let date = name.ends_with("Date") && text.len() == 24;
            let long = matches!(name, "identityId" | "next" | "prev") && !text.is_empty();
            if date || long {
                *text = name.to_uppercase();
            } else {
                let end = text.find("token=").or(text.find("/upload/").map(|at| at + 2)).map(|at| at + 6);
                text.truncate(end.unwrap_or(text.len()));
                *text = without_hex(text);
            }
        }
        _ => {}
    }
}

/// Ids hold 32 hex digits in a row, behind six of the site.
fn without_hex(text: &str) -> String {
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(is_hex) {
        let end = rest[at..].find(|c: char| !is_hex(c)).map_or(rest.len(), |length| at + length);
        let run = &rest[at..end];
        out.push_str(&rest[..at]);
        match run.len() {
            32 => out.push_str("HEX"),
            6 if rest[end..].starts_with('_') => out.push_str("SITE"),
            _ => out.push_str(run),
        }
        rest = &rest[end..];
    }
    out + rest
}

macro_rules! pinned {
    ($server:expr, $name:literal, $reply:expr) => {
        let reply = $reply;
        with_settings!({ sort_maps => false, prepend_module_to_snapshot => false }, {
            assert_json_snapshot!($name, steady($server, &reply));
        });
    };
}

#[test]
fn the_replies_of_every_method_are_as_they_were() {
    let server = &Server::start(&[]);
    let call = |verb: &str, path: &str, body: Value| server.call(verb, path, &body);
    let request = json!({ "mimeType": "image/png", "fileName": "two.png", "labels": ["flag"] });
    pinned!(
        server,
        "generate_file_upload_url",
        call("POST", "/v1/files/generate-upload-url", request.clone())
    );
    let public = server.send("PUT", &server.upload_url(&request), &[], SMALL);
    let id = public.body["file"]["id"].as_str().unwrap().to_owned();
    pinned!(server, "upload_image", public);
    let private = json!({ "mimeType": "image/png", "fileName": "secret.png", "private": true });
    pinned!(server, "upload_private_image", server.send("PUT", &server.upload_url(&private), &[], SMALL));
    let note = json!({ "mimeType": "text/plain", "fileName": "note.txt", "filePath": "a/b" });
    pinned!(server, "upload_document", server.send("PUT", &server.upload_url(&note), &[], b"hello"));
    pinned!(
        server,
        "get_file_descriptor",
        call("GET", &format!("/v1/files/get-file-by-id?fileId={id}"), json!({}))
    );
    pinned!(server, "get_file_descriptors", call("POST", "/v1/files/get-files", json!({ "fileIds": [id] })));
    let update = json!({ "file": { "id": id, "displayName": "b.png" } });
    pinned!(server, "update_file_descriptor", call("PATCH", "/v1/files/update-file-descriptor", update));
    pinned!(
        server,
        "list_files",
        call("GET", "/v1/files?paging.limit=1&sort.fieldName=displayName", json!({}))
    );
    pinned!(server, "search_files", call("POST", "/v1/files/search", json!({ "search": "note" })));
    let query = json!({ "query": { "filter": { "mediaType": "IMAGE" }, "cursorPaging": { "limit": 1 } } });
    pinned!(server, "query_file_descriptors", call("POST", "/v1/files/query", query));
    let link = json!({ "fileId": id });
    pinned!(
        server,
        "generate_file_download_url",
        call("POST", "/v1/files/generate-file-download-url", link.clone())
    );
    pinned!(
        server,
        "generate_files_download_url",
        call("POST", "/v1/files/generate-download-url", json!({ "fileIds": [id] }))
    );
    pinned!(
        server,
        "generate_video_streaming_url",
        call("POST", "/v1/files/generate-video-stream-url", link)
    );
    pinned!(server, "bulk_delete_files", call("POST", "/v1/bulk/files/delete", json!({ "fileIds": [id] })));
    pinned!(server, "list_deleted_files", call("GET", "/v1/trash-bin/files", json!({})));
    let restore = json!({ "fileIds": [id] });
    pinned!(server, "bulk_restore_files", call("POST", "/v1/bulk/trash-bin/files/restore", restore));
    // An address that is never connected to: what is accepted is PENDING all the same.
    let there = json!({ "url": "http://127.0.0.1:9/a.jpg", "labels": ["a"] });
    pinned!(server, "import_file", call("POST", "/v1/files/import", there.clone()));
    let several = json!({ "importFileRequests": [there, { "url": "nonsense" }], "returnEntity": false });
    pinned!(server, "bulk_import_file", call("POST", "/v1/bulk/files/import-v2", several.clone()));
    pinned!(server, "bulk_import_files", call("POST", "/v1/bulk/files/import", several));
    let channels = |path: &str, body: Value| {
        let headers = [("Authorization", server.key.as_str())];
        let path = format!("/communication-channels-media{path}");
        server.send("POST", &path, &headers, body.to_string().as_bytes())
    };
    let there = json!({ "url": "http://127.0.0.1:9/a.jpg", "mimeType": "image/jpeg" });
    pinned!(server, "channels_import_file", channels("/v1/import-file", there));
    pinned!(server, "channels_download_url", channels("/v1/download-url", json!({ "fileId": id })));
    pinned!(server, "channels_upload_url", channels("/v1/upload-url", json!({ "mimeType": "image/jpeg" })));
    pinned!(server, "channels_not_found", channels("/v1/download-url", json!({ "fileId": "x" })));
    pinned!(server, "channels_unsupported", channels("/v1/upload-url", json!({ "mimeType": "text/html" })));
    let wrong = json!({ "fileIds": "x", "permanent": "maybe" });
    pinned!(server, "wrong_type", call("POST", "/v1/bulk/files/delete", wrong));
    pinned!(server, "missing_field", call("POST", "/v1/bulk/files/delete", json!({})));
    pinned!(server, "unauthenticated", server.send("GET", "/site-media/v1/files", &[], b""));
}
