//! The command line: its help, and what `check` finds.

use std::process::{Command, Output};

use crate::server::{BINARY, Server, command};

fn run(args: &[&str]) -> Output {
    Command::new(BINARY).args(args).output().unwrap()
}

fn help(path: &[String]) -> String {
    let output = Command::new(BINARY).args(path).arg("--help").output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that a help lists.
fn listed(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = lines.take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    names.map(str::to_owned).collect()
}

/// Every command with its help, the program itself first.
fn all() -> Vec<(Vec<String>, String)> {
    let mut found = vec![(Vec::new(), help(&[]))];
    let mut next = 0;
    while let Some((path, text)) = found.get(next).cloned() {
        for name in listed(&text) {
            let path: Vec<String> = path.iter().cloned().chain([name]).collect();
            found.push((path.clone(), help(&path)));
        }
        next += 1;
    }
    found
}

#[test]
fn every_command_has_an_example_and_json_for_machines() {
    let all = all();
    assert!(all.len() > 20, "{}", all.len());
    for (path, help) in &all {
        let called = path.join(" ");
        let (options, example) =
            help.split_once("Example:\n").unwrap_or_else(|| panic!("no example: {called}"));
        let example = example.trim().strip_prefix("media-manager ").unwrap();
        assert!(example.starts_with(&called), "{called}: {example}");
        // The server itself speaks otherwise; a noun has no work of its own.
        if options.contains("--data-dir") && called != "serve" {
            assert!(options.contains("--json"), "{called}");
        }
        let example = example.split(" >").next().unwrap();
        let mut words: Vec<&str> = example.split_whitespace().collect();
        words.push("--help");
        assert!(run(&words).status.success(), "{example}");
    }
}

#[test]
fn the_examples_are_understood_as_they_stand() {
    let server = Server::start(&[]);
    for (path, help) in all() {
        let noun = !listed(&help).is_empty();
        if noun || !help.contains("--json") {
            continue;
        }
        let example = help.split("Example:\n").nth(1).unwrap().trim();
        let words: Vec<&str> = example.split_whitespace().skip(1).filter(|word| *word != "--json").collect();
        let output = command(server.dir.path(), &words).output().unwrap();
        // What they name in capitals isn't there, which is another complaint than that of the parser.
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() || said.contains("there is no "), "{path:?}: {said}");
    }
}

#[test]
fn each_shell_gets_a_script() {
    for (shell, part) in [("bash", "complete -F"), ("zsh", "#compdef media-manager"), ("fish", "complete -c")]
    {
        let script = run(&["completion", shell]);
        let script = String::from_utf8(script.stdout).unwrap();
        assert!(script.contains(part) && script.contains("trash-retention"), "{shell}");
    }
    assert!(!run(&["completion", "cmd"]).status.success());
}

#[test]
fn check_finds_a_wrong_count_and_repairs_it_while_files_come_in() {
    let server = Server::start(&[]);
    server.upload("a.txt", b"hello");
    let check = |args: &[&str]| {
        let output = command(server.dir.path(), &[&["check"], args].concat()).output().unwrap();
        let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().unwrap(), rows[0].clone())
    };
    let (code, row) = check(&[]);
    assert_eq!((code, &row["state"]), (0, &"ok".into()));
    server
        .database()
        .execute("UPDATE sites SET used_bytes = used_bytes + 1000, used_files = used_files - 1", [])
        .unwrap();
    let (code, row) = check(&[]);
    assert_eq!((code, &row["state"]), (1, &"differs".into()));
    assert_eq!((&row["usedBytes"], &row["foundBytes"]), (&1005.into(), &5.into()));
    let people = Command::new(BINARY).args(["check", "--data-dir"]).arg(server.dir.path()).output().unwrap();
    let said = String::from_utf8(people.stdout).unwrap();
    assert_eq!(said.lines().count(), 1, "a line for each site: {said}");
    assert!(said.contains("differs") && !people.status.success());
    std::thread::scope(|scope| {
        let busy = scope.spawn(|| (0..100).for_each(|_| drop(server.upload("b.txt", b"world"))));
        let (code, row) = check(&["--repair"]);
        assert_eq!((code, &row["state"]), (0, &"repaired".into()));
        busy.join().unwrap();
    });
    let (code, row) = check(&[]);
    assert_eq!((code, &row["state"], &row["usedFiles"]), (0, &"ok".into(), &101.into()));
    assert_eq!(row["usedBytes"], 505);
}
