//! Administration of sites, keys, quotas and webhooks, safe while a server runs on the same data.

mod webhooks;

use std::error::Error;

use catalog::{Catalog, Options};
use clap::{Arg, ArgAction, ArgMatches, Command};
use manager::{Clock, sites};
use serde_json::{Value, json};

use crate::output::{json as print_json, say};
use crate::settings::table::DATA;
use crate::settings::{Settings, flags};

type Done = Result<(), Box<dyn Error>>;

/// A command that does something to the data.
fn leaf(name: &'static str, about: &'static str) -> Command {
    let machine = Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print JSON");
    Command::new(name).about(about).args(flags(|key| DATA.contains(&key))).arg(machine)
}

fn value(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("VALUE").help(help)
}

pub(crate) fn commands() -> Vec<Command> {
    vec![
        webhooks::command(),
        Command::new("sites").about("Sites: who owns files").subcommand_required(true).subcommands([
            leaf("create", "Make a site: sites create --name Shop")
                .arg(value("name", "For people").required(true)),
            leaf("list", "List all sites"),
        ]),
        Command::new("keys").about("API keys").subcommand_required(true).subcommands([
            leaf(
                "create",
                "Make a key: keys create --site ID --name web --scope SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER",
            )
            .arg(value("site", "Id of the site").required(true))
            .arg(value("name", "For people").required(true))
            .arg(
                value("scope", "What it grants; may be given several times")
                    .required(true)
                    .action(ArgAction::Append),
            )
            .arg(value("expires", "Days until it ends").value_parser(clap::value_parser!(u32).range(1..))),
            leaf("list", "List keys").arg(value("site", "Of this site only")),
            leaf("revoke", "Revoke a key: keys revoke KEYID")
                .arg(Arg::new("key").value_name("KEYID").required(true)),
        ]),
        Command::new("quota").about("Limits of a site").subcommand_required(true).subcommands([leaf(
            "set",
            "Set or lift limits: quota set --site ID --bytes 10000000000",
        )
        .arg(value("site", "Id of the site").required(true))
        .arg(
            value("bytes", "Most bytes; no limit when absent")
                .value_parser(clap::value_parser!(i64).range(0..)),
        )
        .arg(
            value("files", "Most files; no limit when absent")
                .value_parser(clap::value_parser!(i64).range(0..)),
        )]),
    ]
}

pub(crate) fn run(name: &str, matches: &ArgMatches) -> Done {
    let Some((verb, matches)) = matches.subcommand() else { return Ok(()) };
    let settings = Settings::read(matches)?;
    let path = settings.database()?;
    if !path.exists() {
        let text =
            format!("there is no database at {}; start the server once, or give --data-dir", path.display());
        return Err(text.into());
    }
    let catalog = Catalog::open(&Options { path, readers: 1, exclusive: false })?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let printed = runtime.block_on(perform(&catalog, name, verb, matches))?;
    if matches.get_flag("json") {
        print_json(&printed);
    } else {
        print_table(&printed);
    }
    Ok(())
}

async fn perform(catalog: &Catalog, name: &str, verb: &str, matches: &ArgMatches) -> manager::Result<Value> {
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let now = Clock::default().now();
    if name == "webhooks" {
        return webhooks::perform(catalog, verb, matches, now).await;
    }
    Ok(match (name, verb) {
        ("sites", "create") => {
            let site = sites::create(catalog, text("name"), now).await?;
            json!({ "siteId": site.id, "name": site.name })
        }
        ("sites", _) => {
            let sites = sites::list(catalog).await?;
            sites.into_iter().map(site_row).collect()
        }
        ("keys", "create") => {
            let scopes = matches.get_many::<String>("scope").into_iter().flatten().cloned().collect();
            let expires = matches.get_one::<u32>("expires").map(|days| now + i64::from(*days) * 86_400_000);
            let made = sites::create_key(catalog, text("site"), text("name"), scopes, expires, now).await?;
            json!({ "keyId": made.0.id, "apiKey": made.1 })
        }
        ("keys", "revoke") => {
            sites::revoke_key(catalog, text("key"), now).await?;
            json!({ "revoked": text("key") })
        }
        ("keys", _) => {
            let keys = sites::list_keys(catalog, matches.get_one::<String>("site").cloned()).await?;
            let row = |(key, site): (catalog::keys::ApiKey, String)| {
                let state = match (key.revoked, key.expires) {
                    (Some(_), _) => "revoked",
                    (None, Some(expires)) if expires <= now => "expired",
                    _ => "active",
                };
                json!({ "keyId": key.id, "siteId": site, "name": key.name, "state": state, "scopes": key.scopes })
            };
            keys.into_iter().map(row).collect()
        }
        _ => {
            let number = |name: &str| matches.get_one::<i64>(name).copied();
            site_row(sites::set_quota(catalog, text("site"), number("bytes"), number("files")).await?)
        }
    })
}

fn site_row(site: catalog::sites::Site) -> Value {
    json!({
        "siteId": site.id,
        "name": site.name,
        "usedBytes": site.used_bytes,
        "usedFiles": site.used_files,
        "quotaBytes": site.quota_bytes,
        "quotaFiles": site.quota_files,
    })
}

/// A value as lines for people: `name  value`, with a blank line between rows.
fn print_table(value: &Value) {
    match value {
        Value::Array(rows) => {
            for (index, row) in rows.iter().enumerate() {
                if index > 0 {
                    say("");
                }
                print_table(row);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let text = match value {
                    Value::Null => "-".to_owned(),
                    Value::String(text) => text.clone(),
                    Value::Array(items) => {
                        items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
                    }
                    other => other.to_string(),
                };
                say(&format!("{name:<14}{}", text.trim_end()));
            }
        }
        other => say(&other.to_string()),
    }
}
