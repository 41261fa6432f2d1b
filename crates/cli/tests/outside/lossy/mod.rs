//! Durability on a disk that loses whatever was not synced: `disk.c` keeps what was, and the server is killed, given a
//! folder with that alone, and started again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::Server;

const CLIENTS: usize = 8;
/// Changes that are answered before the server is killed.
const BEFORE_THE_END: usize = 120;

fn disk(dir: &Path) -> PathBuf {
    let library = dir.join("disk.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outside/lossy/disk.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
    assert!(built.unwrap().success(), "a C compiler builds the disk");
    library
}

/// Puts together what was kept of the folder with inode `number`.
fn recover(kept: &Path, number: u64, to: &Path) {
    fs::create_dir_all(to).unwrap();
    // A folder that was never synced has no entries, a file no bytes.
    let Ok(entries) = fs::read_to_string(kept.join(number.to_string())) else { return };
    for entry in entries.lines() {
        let [number, kind, name] = entry.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{entry}") };
        if kind == "d" {
            recover(kept, number.parse().unwrap(), &to.join(name));
        } else {
            let bytes = fs::read(kept.join(number)).unwrap_or_default();
            fs::write(to.join(name), bytes).unwrap();
        }
    }
}

/// What the server has promised, by id: the text, and the name once it was changed.
#[derive(Default)]
struct Promised {
    files: BTreeMap<String, (String, Option<String>)>,
    deleted: BTreeSet<String>,
}

/// Uploads, renames and deletes, until the server is gone. `None` once a call isn't answered any more.
fn work(server: &Server, client: usize, answered: &AtomicUsize, promised: &Mutex<Promised>) -> Option<()> {
    for round in 0.. {
        let text = format!("text {client} {round} {}", "x".repeat(20_000));
        let name = format!("{client}-{round}.txt");
        let issued = server.try_call(
            "POST",
            "/v1/files/generate-upload-url",
            &json!({ "mimeType": "text/plain", "fileName": name }),
        )?;
        let url = issued.body["uploadUrl"].as_str().unwrap();
        let file = server.try_send("PUT", url, &[], text.as_bytes())?.body["file"].clone();
        let id = file["id"].as_str().unwrap().to_owned();
        promised.lock().unwrap().files.insert(id.clone(), (text, None));
        answered.fetch_add(1, Ordering::Relaxed);
        match round % 4 {
            1 => {
                let name = format!("renamed {client}-{round}.txt");
                let body = json!({ "file": { "id": id, "displayName": name } });
                // A change that is not answered may have happened or not.
                promised.lock().unwrap().files.remove(&id);
                let text = server.try_call("PATCH", "/v1/files/update-file-descriptor", &body)?.body["file"]
                    ["displayName"]
                    .as_str()
                    .map(str::to_owned);
                assert_eq!(text.as_ref(), Some(&name));
                let original = format!("text {client} {round} {}", "x".repeat(20_000));
                promised.lock().unwrap().files.insert(id, (original, text));
            }
            3 => {
                let body = json!({ "fileIds": [id], "permanent": true });
                promised.lock().unwrap().files.remove(&id);
                server.try_call("POST", "/v1/bulk/files/delete", &body)?;
                promised.lock().unwrap().deleted.insert(id);
            }
            _ => {}
        }
    }
    None
}

/// Runs a server on the lossy disk, kills it in the middle of its work, and starts another on what is left.
fn crash(lies: bool) -> (Option<Server>, Promised) {
    let place = TempDir::new().unwrap();
    let (library, data, kept) = (disk(place.path()), TempDir::new().unwrap(), place.path().join("kept"));
    fs::create_dir(&kept).unwrap();
    let root = fs::canonicalize(data.path()).unwrap();
    let mut environment = vec![
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("LOSSY_ROOT", root.to_str().unwrap()),
        ("LOSSY_KEPT", kept.to_str().unwrap()),
    ];
    if lies {
        environment.push(("LOSSY_LIES", "1"));
    }
    let server = Server::start_with(data, &[], &environment);
    let (answered, promised) = (AtomicUsize::new(0), Mutex::new(Promised::default()));
    std::thread::scope(|scope| {
        let (server, answered, promised) = (&server, &answered, &promised);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| scope.spawn(move || work(server, client, answered, promised)))
            .collect();
        while answered.load(Ordering::Relaxed) < BEFORE_THE_END {
            assert!(clients.iter().any(|client| !client.is_finished()), "all clients stopped");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        server.kill();
    });
    let left = TempDir::new().unwrap();
    recover(&kept, fs::metadata(&root).unwrap().ino(), left.path());
    let again = Server::try_start(left, &[], &[]);
    (again, promised.into_inner().unwrap())
}

fn listed(server: &Server) -> Vec<Value> {
    let mut files = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let body = json!({ "query": { "cursorPaging": { "limit": 100, "cursor": cursor } } });
        let page = server.call("POST", "/v1/files/query", &body).body;
        files.extend(page["files"].as_array().unwrap().iter().cloned());
        if page["pagingMetadata"]["hasNext"] != true {
            return files;
        }
        cursor = page["pagingMetadata"]["cursors"]["next"].clone();
    }
}

#[test]
fn what_was_answered_outlives_a_disk_that_loses_whatever_was_not_synced() {
    let (server, promised) = crash(false);
    let server = server.expect("it starts on what is left");
    assert!(promised.files.len() > 60 && !promised.deleted.is_empty());
    let files = listed(&server);
    let names: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file["id"].as_str().unwrap(), file["displayName"].as_str().unwrap()))
        .collect();
    for (id, (text, name)) in &promised.files {
        assert!(names.contains_key(id.as_str()), "{id} is lost");
        let served = server.send("GET", &format!("/ugd/{id}"), &[], b"");
        assert_eq!((served.status, served.body.as_str()), (200, Some(text.as_str())), "{id}");
        if let Some(name) = name {
            assert_eq!(names[id.as_str()], name);
        }
    }
    for file in &files {
        // What was not answered in time may be there too; then it is whole.
        let served = server.send("GET", file["url"].as_str().unwrap(), &[], b"");
        assert_eq!(served.status, 200);
        assert_eq!(served.body.as_str().unwrap().len().to_string(), file["sizeInBytes"].as_str().unwrap());
        assert!(!promised.deleted.contains(file["id"].as_str().unwrap()), "deleted, and back");
    }
}

#[test]
fn a_disk_that_lies_about_its_syncs_is_noticed() {
    let (server, promised) = crash(true);
    let lost = server.is_none_or(|server| {
        let found = listed(&server);
        promised.files.keys().any(|id| found.iter().all(|file| file["id"] != **id))
    });
    assert!(lost, "the test above could not fail");
}
