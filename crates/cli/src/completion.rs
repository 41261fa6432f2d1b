//! `completion`: what a shell needs to complete commands and flags.

use std::error::Error;
use std::io;

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::{Shell, generate};

pub(crate) fn command() -> Command {
    let shell = Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell));
    Command::new("completion")
        .about("Print a script that completes commands and flags in a shell")
        .arg(shell)
        .after_help(crate::example("completion bash > /etc/bash_completion.d/media-manager"))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Box<dyn Error>> {
    let shell = matches.get_one::<Shell>("shell").copied().ok_or("no shell was named")?;
    generate(shell, &mut crate::command(), "media-manager", &mut io::stdout());
    Ok(())
}
