//! What is answered is on the disk: shown by the calls to the kernel, and by making them slow or fail. Needs strace.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use bytes::Bytes;
use storage::{BlobKey, Error, Store};
use tempfile::TempDir;

use crate::{files_below, key, put};

const FOLDER: &str = "STORAGE_TEST_FOLDER";
/// How long a sync takes that was made slow.
const SLOW: Duration = Duration::from_millis(400);

/// Runs another test of this file under strace, on a folder of its own, and gives what strace wrote.
fn traced(test: &str, folder: &Path, options: &[&str]) -> String {
    let log = TempDir::new().unwrap();
    let log = log.path().join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-qq", "-s", "4096", "-o"]).arg(&log).args(options);
    strace.arg(std::env::current_exe().unwrap());
    strace.args(["--exact", "--include-ignored", "--nocapture", test]).env(FOLDER, folder);
    let ran = strace.output().expect("strace is needed: `scripts/install.sh tests` installs it");
    let said = [ran.stdout, ran.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(ran.status.success() && said.contains("1 passed"), "{test} under strace {options:?}: {said}");
    std::fs::read_to_string(&log).unwrap()
}

fn folder() -> PathBuf {
    std::env::var_os(FOLDER).expect("this runs under strace only, started by other tests").into()
}

/// The folder that will hold an object of a store that isn't opened yet.
fn folder_of(store: &Path, key: &BlobKey) -> PathBuf {
    let elsewhere = TempDir::new().unwrap();
    let path = Store::open(elsewhere.path().to_owned()).unwrap().path(key);
    store.join(path.parent().unwrap().strip_prefix(elsewhere.path()).unwrap())
}

#[test]
fn nothing_is_answered_before_it_and_every_folder_above_is_synced() {
    let dir = TempDir::new().unwrap();
    let root = dir.path().canonicalize().unwrap();
    let calls = "trace=?mkdir,mkdirat,fsync,fdatasync,?renameat2";
    let trace = traced("durability::two_uploads_into_a_new_store", &root, &["-e", calls]);
    let shard = folder_of(Path::new("new/store"), &key("a"));
    let (root, shard) = (root.to_str().unwrap(), shard.to_str().unwrap());
    let mut seen = Vec::new();
    for line in trace.lines().filter(|line| line.ends_with("= 0")) {
        let call = ["mkdir", "fdatasync", "fsync", "rename"].into_iter().find(|call| line.contains(call));
        let path = match line.rsplit_once('<') {
            Some((_, synced)) if line.contains("sync(") => synced.split_once('>').unwrap().0,
            // The last one of a move is where the file goes.
            _ => line.rsplit('"').nth(1).unwrap(),
        };
        let path = match path.strip_prefix(root) {
            Some(below) => below.trim_start_matches('/'),
            None if path.starts_with('/') => continue,
            None => path,
        };
        let path = if path.contains("staging/") { "new/store/staging/…" } else { path };
        seen.push(format!("{} {path}", call.unwrap()));
    }
    let expected = [
        "mkdir new".into(),
        "mkdir new/store".into(),
        "mkdir new/store/objects".into(),
        "mkdir new/store/staging".into(),
        "mkdir new/store/growing".into(),
        "fsync new/store".into(),
        "fsync new".into(),
        "fsync ".into(),
        "mkdir opened".into(),
        "fdatasync new/store/staging/…".into(),
        "mkdir new/store/objects/site".into(),
        "fsync new/store/objects".into(),
        format!("mkdir {shard}"),
        "fsync new/store/objects/site".into(),
        format!("rename {shard}/a+src"),
        format!("fsync {shard}"),
        "mkdir answered".into(),
        "fdatasync new/store/staging/…".into(),
        format!("rename {shard}/a+preview"),
        format!("fsync {shard}"),
        "mkdir answered-again".into(),
    ];
    assert_eq!(seen, expected, "{trace}");
}

#[tokio::test]
#[ignore = "runs under strace"]
async fn two_uploads_into_a_new_store() {
    // A relative path has folders above it as well.
    std::env::set_current_dir(folder()).unwrap();
    let store = Store::open("new/store".into()).unwrap();
    std::fs::create_dir(folder().join("opened")).unwrap();
    put(&store, "a", b"x").await.unwrap();
    std::fs::create_dir(folder().join("answered")).unwrap();
    let mut staged = store.stage();
    staged.write(Bytes::from_static(b"y")).await.unwrap();
    staged.commit(&BlobKey::parse("site/a/preview").unwrap()).await.unwrap();
    std::fs::create_dir(folder().join("answered-again")).unwrap();
}

#[test]
fn whoever_finds_a_folder_that_a_neighbour_just_made_waits_for_it_too() {
    let dir = TempDir::new().unwrap();
    let root = dir.path().canonicalize().unwrap();
    let site = root.join("objects/site");
    let slow = format!("inject=fsync:delay_enter={}", SLOW.as_micros());
    let options = ["-P", site.to_str().unwrap(), "-e", "trace=fsync", "-e", &slow];
    traced("durability::neighbours_in_a_new_folder", &root, &options);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs under strace"]
async fn neighbours_in_a_new_folder() {
    let store = Store::open(folder()).unwrap();
    let started = Instant::now();
    let tasks = (0..8).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            // Some find the folder made and not synced.
            tokio::time::sleep(Duration::from_millis(number * 20)).await;
            let key = BlobKey::new(&["site", "a", &format!("form{number}")]).unwrap();
            store.stage().commit(&key).await.unwrap();
            started.elapsed()
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        let took = task.await.unwrap();
        assert!(took >= SLOW, "answered after {took:?}, when nobody could have synced the folder above");
    }
    let started = Instant::now();
    put(&store, "a", b"x").await.unwrap();
    assert!(started.elapsed() < SLOW, "what is known to be on the disk is not synced again");
}

#[test]
fn a_failed_sync_fails_the_upload_and_leaves_nothing() {
    for number in 0..3 {
        let dir = TempDir::new().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let shard = folder_of(&root, &key("a"));
        let options = match number {
            0 => vec!["-e", "inject=fdatasync:error=EIO"],
            1 => vec!["-P", shard.to_str().unwrap(), "-e", "inject=fsync:error=EIO"],
            _ => vec!["-P", shard.parent().unwrap().to_str().unwrap(), "-e", "inject=fsync:error=EIO"],
        };
        let trace = traced("durability::an_upload_that_is_not_synced", &root, &options);
        assert!(trace.contains("(INJECTED)"), "{trace}");
        assert_eq!(files_below(&root), 0);
    }
}

#[tokio::test]
#[ignore = "runs under strace"]
async fn an_upload_that_is_not_synced() {
    let store = Store::open(folder()).unwrap();
    for _ in 0..2 {
        let refused = put(&store, "a", b"x").await;
        assert!(matches!(refused, Err(Error::NotSynced(_))), "{refused:?}");
        assert!(!store.exists(&key("a")).await.unwrap());
        assert_eq!(files_below(&folder()), 0);
    }
}

#[test]
fn a_disk_that_is_found_full_by_the_sync_is_full() {
    let dir = TempDir::new().unwrap();
    traced("durability::an_upload_without_room", dir.path(), &["-e", "inject=fdatasync:error=ENOSPC"]);
}

#[tokio::test]
#[ignore = "runs under strace"]
async fn an_upload_without_room() {
    let store = Store::open(folder()).unwrap();
    assert!(matches!(put(&store, "a", b"x").await, Err(Error::Full)));
    assert_eq!(files_below(&folder()), 0);
}

#[test]
fn a_new_store_whose_folders_cannot_be_synced_is_not_opened() {
    let dir = TempDir::new().unwrap();
    let root = dir.path().canonicalize().unwrap();
    let options = ["-P", root.to_str().unwrap(), "-e", "inject=fsync:error=EIO"];
    traced("durability::a_start_that_is_not_synced", &root, &options);
}

#[test]
#[ignore = "runs under strace"]
fn a_start_that_is_not_synced() {
    assert!(matches!(Store::open(folder().join("new/store")), Err(Error::NotSynced(_))));
}

#[test]
fn where_a_move_may_replace_a_link_never_does() {
    let dir = TempDir::new().unwrap();
    let test = "objects::of_two_commits_to_one_key_one_wins_and_stays";
    let trace = traced(test, dir.path(), &["-e", "inject=?renameat2:error=EINVAL"]);
    assert!(trace.contains("(INJECTED)"), "{trace}");
}
