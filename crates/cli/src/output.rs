//! What a command prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use serde::Serialize;

/// A line for people.
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// A value for machines.
pub(crate) fn json(value: &impl Serialize) {
    if let Ok(text) = serde_json::to_string_pretty(value) {
        println!("{text}");
    }
}

/// Why a command failed.
pub(crate) fn complain(line: &str) {
    eprintln!("media-manager: {line}");
}
