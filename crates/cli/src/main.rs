//! The binary `media-manager`: a server, and the commands that administer it.

mod admin;
mod completion;
mod docs;
mod inspect;
mod output;
mod serve;
mod settings;

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::Command;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn command() -> Command {
    Command::new("media-manager")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A self-hosted media manager")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(serve::command())
        .subcommands(admin::commands())
        .subcommand(docs::command())
        .subcommand(completion::command())
        .after_help(example("serve --data-dir ./data"))
}

/// How a command is called, as its help ends.
fn example(arguments: &str) -> String {
    format!("Example:\n  media-manager {arguments}")
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let [first, rest @ ..] = arguments.as_slice()
        && first == media::inspect::COMMAND
    {
        return inspect::run(rest);
    }
    match command().get_matches().subcommand() {
        Some(("serve", matches)) => serve::run(matches),
        Some(("docs", matches)) => docs::run(matches),
        Some(("completion", matches)) => completion::run(matches),
        Some((name, matches)) => admin::run(name, matches),
        None => Ok(()),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}
