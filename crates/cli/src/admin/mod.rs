//! Administration, safe while a server runs on the same data: a file for each noun.

mod audit;
mod check;
mod jobs;
mod keys;
mod presets;
mod quota;
mod sites;
mod users;
mod webhooks;

use std::error::Error;

use catalog::{Catalog, Options};
use clap::{Arg, ArgAction, ArgMatches, Command};
use manager::Clock;
use serde_json::Value;

use crate::output::{json as print_json, say};
use crate::settings::table::DATA;
use crate::settings::{Settings, flags};

type Done = Result<(), Box<dyn Error>>;

/// A command that does something to the data, with an example of how to call it.
fn leaf(name: &'static str, about: &'static str, example: &'static str) -> Command {
    let machine = Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print JSON");
    Command::new(name)
        .about(about)
        .args(flags(|key| DATA.contains(&key)))
        .arg(machine)
        .after_help(crate::example(example))
}

/// What commands are about, with the first of them as its example.
fn noun<const N: usize>(name: &'static str, about: &'static str, leaves: [Command; N]) -> Command {
    let example = leaves.first().and_then(Command::get_after_help).cloned().unwrap_or_default();
    Command::new(name).about(about).subcommand_required(true).subcommands(leaves).after_help(example)
}

fn value(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("VALUE").help(help)
}

/// The text of an argument; empty when it wasn't given.
fn text(matches: &ArgMatches, name: &str) -> String {
    matches.get_one::<String>(name).cloned().unwrap_or_default()
}

pub(crate) fn commands() -> [Command; 9] {
    [
        webhooks::command(),
        sites::command(),
        keys::command(),
        users::command(),
        quota::command(),
        presets::command(),
        check::command(),
        audit::command(),
        jobs::command(),
    ]
}

/// What a command came to.
struct Outcome {
    value: Value,
    /// For people; the value as a table when absent.
    text: Option<String>,
    /// Why the command fails although it did its work.
    complaint: Option<String>,
}

impl From<Value> for Outcome {
    fn from(value: Value) -> Outcome {
        Outcome { value, text: None, complaint: None }
    }
}

pub(crate) fn run(name: &str, matches: &ArgMatches) -> Done {
    let (verb, matches) = matches.subcommand().unwrap_or((name, matches));
    let settings = Settings::read(matches)?;
    let path = settings.database()?;
    if !path.exists() {
        let text =
            format!("there is no database at {}; start the server once, or give --data-dir", path.display());
        return Err(text.into());
    }
    let catalog = Catalog::open(&Options { path, readers: 1, exclusive: false })?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let outcome = runtime.block_on(perform(&catalog, name, verb, matches))?;
    if matches.get_flag("json") {
        print_json(&outcome.value);
    } else {
        say(outcome.text.unwrap_or_else(|| table(&outcome.value)).trim_end());
    }
    outcome.complaint.map_or(Ok(()), |complaint| Err(complaint.into()))
}

async fn perform(
    catalog: &Catalog,
    name: &str,
    verb: &str,
    matches: &ArgMatches,
) -> manager::Result<Outcome> {
    let now = Clock::default().now();
    Ok(match name {
        "audit" => audit::perform(catalog, matches).await?.into(),
        "check" => check::perform(catalog, matches).await?,
        "jobs" => jobs::perform(catalog, verb, matches, now).await?.into(),
        "keys" => keys::perform(catalog, verb, matches, now).await?.into(),
        "presets" => presets::perform(catalog, verb, matches, now).await?.into(),
        "quota" => quota::perform(catalog, verb, matches, now).await?.into(),
        "users" => users::perform(catalog, verb, matches, now).await?.into(),
        "sites" => sites::perform(catalog, verb, matches, now).await?.into(),
        _ => webhooks::perform(catalog, verb, matches, now).await?.into(),
    })
}

/// A value as lines for people: `name  value`, with a blank line between rows.
fn table(value: &Value) -> String {
    match value {
        Value::Array(rows) if rows.is_empty() => "none".to_owned(),
        Value::Array(rows) => rows.iter().map(table).collect::<Vec<_>>().join("\n"),
        Value::Object(fields) => fields.iter().map(|(name, value)| line(name, value)).collect(),
        other => other.to_string(),
    }
}

fn line(name: &str, value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.trim_end().to_owned(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    format!("{name:<14}{text}\n")
}
