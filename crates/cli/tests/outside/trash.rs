//! The end of what lies in the trash.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::Server;

const DAY: i64 = 24 * 60 * 60 * 1000;

fn folder(server: &Server, name: &str) -> String {
    let made = server.call("POST", "/v1/folders", &json!({ "displayName": name }));
    made.body["folder"]["id"].as_str().unwrap_or_else(|| panic!("{}", made.body)).to_owned()
}

/// A file in a folder.
fn note(server: &Server, name: &str, folder: &str) -> Value {
    let request = json!({ "mimeType": "text/plain", "fileName": name, "parentFolderId": folder });
    let reply = server.send("PUT", &server.upload_url(&request), &[], name.as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body["file"].clone()
}

fn id(file: &Value) -> &str {
    file["id"].as_str().unwrap()
}

fn code_of_file(server: &Server, file: &Value) -> Option<String> {
    let reply = server.call("GET", &format!("/v1/files/get-file-by-id?fileId={}", id(file)), &json!({}));
    (reply.status != 200).then(|| reply.code().to_owned())
}

fn code_of_folder(server: &Server, id: &str) -> Option<String> {
    let reply = server.call("GET", &format!("/v1/folders/{id}"), &json!({}));
    (reply.status != 200).then(|| reply.code().to_owned())
}

/// Objects below a folder of the disk.
fn objects(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { objects(&path) } else { 1 }).sum()
}

/// Looks until it is so; it is known within ten seconds.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(10), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_is_old_enough_goes_for_good_with_all_that_it_holds_and_nothing_else_does() {
    let server = Server::start(&["--trash-retention", "7d"]);
    let (old, fresh, live) = (folder(&server, "old"), folder(&server, "fresh"), folder(&server, "live"));
    let gone = [note(&server, "in old.txt", &old), note(&server, "old.txt", &live)];
    let kept = [
        note(&server, "in fresh.txt", &fresh),
        note(&server, "fresh.txt", &live),
        note(&server, "live.txt", &live),
    ];
    let files = json!({ "fileIds": [id(&gone[1]), id(&kept[1])] });
    assert_eq!(server.call("POST", "/v1/bulk/files/delete", &files).status, 200);
    let folders = json!({ "folderIds": [old, fresh] });
    assert_eq!(server.call("POST", "/v1/bulk/folders/delete", &folders).status, 200);
    let objects_before = objects(&server.dir.path().join("storage"));

    // Two of them went there eight days ago, the others six.
    let age = |table: &str, id: &str, days: i64| {
        let sql = format!("UPDATE {table} SET trashed = trashed - ?2 WHERE id = ?1 AND trashed IS NOT NULL");
        assert_eq!(server.database().execute(&sql, (id, days * DAY)).unwrap(), 1, "{id}");
    };
    age("files", id(&gone[1]), 8);
    age("files", id(&kept[1]), 6);
    age("folders", &old, 8);
    age("folders", &fresh, 6);
    server.kill();
    let server = Server::start_in(server.dir, &["--trash-retention", "7d"]);

    until("the old folder goes", || code_of_folder(&server, &old).as_deref() == Some("FOLDER_NOT_FOUND"));
    for file in &gone {
        until("old files go", || code_of_file(&server, file).as_deref() == Some("RESOURCE_NOT_FOUND"));
        let path = file["url"].as_str().unwrap().splitn(4, '/').nth(3).unwrap();
        assert_eq!(server.send("GET", &format!("/{path}"), &[], b"").status, 404);
    }
    until("and their bytes", || objects(&server.dir.path().join("storage")) == objects_before - gone.len());
    for file in &kept {
        assert_eq!(code_of_file(&server, file), None, "{file}");
    }
    assert_eq!(code_of_folder(&server, &fresh), None);
    let left = server.call("GET", "/v1/trash-bin/folders", &json!({}));
    assert_eq!(left.body["folders"].as_array().map(Vec::len), Some(1), "{}", left.body);
    let checked = server.admin(&["check"]);
    assert_eq!(checked[0]["foundFiles"], json!(kept.len()), "{checked}");
}
