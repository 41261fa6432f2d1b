use std::process::Command;

use tempfile::TempDir;

use crate::server::BINARY;

/// What a start with these arguments and this environment says, which must be one line.
fn refused(args: &[&str], environment: &[(&str, &str)]) -> String {
    let dir = TempDir::new().unwrap();
    let mut command = Command::new(BINARY);
    command
        .arg("serve")
        .arg("--data-dir")
        .arg(dir.path().join("data"))
        .args(args)
        .envs(environment.iter().copied());
    let output = command.output().unwrap();
    assert!(!output.status.success());
    assert!(!dir.path().join("data").exists(), "nothing is made before the settings are right");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn a_wrong_setting_stops_the_start_with_a_line_that_names_it() {
    for (args, names) in [
        (&["--listen", "nowhere"][..], "`listen` from --listen"),
        (&["--trash-retention", "soon"], "`trash.retention`"),
        (&["--limits-image-bytes", "big"], "`limits.image_bytes`"),
        (&["--limits-refused-formats", "jpeg,foo"], "`foo`"),
        (&["--public-url", "example.org"], "`public_url`"),
        (&["--database", "postgres://x"], "can't use yet"),
        (&["--storage", "s3://x"], "can't use yet"),
        (&["--rate-limit", "fast"], "`rate_limit`"),
        (&["--tls-cert", "x.pem"], "`tls_key`"),
        (&["--log-format", "xml"], "`log.format`"),
        (&["--import-allow-networks", "10.0.0.0/99"], "`import.allow_networks`"),
        (&["--http-allow-origins", "https://a.example,app.example"], "`app.example`, which is not an origin"),
        (&["--bootstrap-api-key", "short"], "`bootstrap_api_key`"),
        (&["--config", "/nowhere.toml"], "/nowhere.toml"),
    ] {
        let said = refused(args, &[]);
        assert!(said.contains(names), "{said}");
    }
    let said = refused(&[], &[("MEDIA_MANAGER_UPLOAD_LIFETIME", "1")]);
    assert!(said.contains("`upload.lifetime` from MEDIA_MANAGER_UPLOAD_LIFETIME"), "{said}");
    let said = refused(&[], &[("MEDIA_MANAGER_LISTN", "127.0.0.1:0")]);
    assert!(said.contains("did you mean MEDIA_MANAGER_LISTEN?"), "{said}");
}

#[test]
fn the_file_is_read_and_an_unknown_key_in_it_is_named() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("settings.toml");
    std::fs::write(&file, "[trash]\nretntion = \"1d\"\n").unwrap();
    let said = refused(&["--config", file.to_str().unwrap()], &[]);
    assert!(said.contains("`trash.retntion`") && said.contains("did you mean `trash.retention`?"), "{said}");
    std::fs::write(&file, "[trash]\nretention = \"never\"\n").unwrap();
    assert!(
        refused(&["--config", file.to_str().unwrap()], &[]).contains("settings.toml has the value `never`")
    );
}

#[test]
fn the_pages_made_from_the_program_are_up_to_date() {
    for (page, path) in [("errors", "ERRORS.md"), ("settings", "SETTINGS.md"), ("audit", "AUDIT.md")] {
        let made = Command::new(BINARY).args(["docs", page]).output().unwrap();
        let kept = std::fs::read(format!("{}/../../docs/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert!(made.stdout == kept, "docs/{path} is out of date: run `make docs`");
    }
}
