//! `webhooks`: who is told of what happens.

use catalog::Catalog;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use contract::errors::Code;
use contract::events::EventKind;
use contract::webhooks::{ListDeliveriesRequest, ReplayRequest};
use manager::webhooks::administer::{self, Administrator};
use manager::{Actor, Error};
use serde::Serialize;
use serde_json::{Value, json};

use super::{leaf, noun, value};

pub(super) fn command() -> Command {
    let webhook = || Arg::new("webhook").value_name("WEBHOOKID").required(true);
    let limit =
        value("limit", "How many").default_value("50").value_parser(value_parser!(i64).range(1..=100));
    let activate = Arg::new("activate").long("activate").action(ArgAction::SetTrue);
    noun(
        "webhooks",
        "Webhooks: who is told of what happens",
        [
            leaf(
                "add",
                "Add a webhook",
                "webhooks add --site ID --url https://app.example/hook --events file_ready,file_failed",
            )
            .arg(value("site", "Id of the site").required(true))
            .arg(value("url", "Where events are sent").required(true))
            .arg(value("events", "Which ones, comma-separated").required(true).value_delimiter(',')),
            leaf("list", "List webhooks with their keys", "webhooks list --site ID")
                .arg(value("site", "Of this site only")),
            leaf("remove", "Remove a webhook", "webhooks remove WEBHOOKID").arg(webhook()),
            leaf(
                "deliveries",
                "List what was sent to a webhook, the latest events first",
                "webhooks deliveries WEBHOOKID --limit 10",
            )
            .arg(webhook())
            .arg(limit)
            .arg(value("cursor", "`next` of the page before")),
            leaf(
                "replay",
                "Send again what was given up or missed, and switch the webhook on",
                "webhooks replay WEBHOOKID",
            )
            .arg(webhook())
            .arg(value("delivery", "This delivery only, whatever came of it")),
            leaf(
                "rotate",
                "Make the key that will sign next, and print its public half",
                "webhooks rotate WEBHOOKID --activate",
            )
            .arg(webhook())
            .arg(activate.help("Let the key that was made before sign from now on")),
        ],
    )
}

pub(super) async fn perform(
    catalog: &Catalog,
    verb: &str,
    matches: &ArgMatches,
    now: i64,
) -> manager::Result<Value> {
    let given = |name: &str| matches.try_get_one::<String>(name).ok().flatten().cloned();
    let text = |name: &str| given(name).unwrap_or_default();
    let who = Administrator { site: None, now, by: Actor::operator() };
    match verb {
        "add" => {
            let events = matches.get_many::<String>("events").into_iter().flatten();
            let events = events.map(|name| kind(name.trim())).collect::<manager::Result<_>>()?;
            shown(administer::add(catalog, who, text("site"), text("url"), events).await?)
        }
        "list" => {
            let who = Administrator { site: given("site"), ..who };
            shown(administer::list(catalog, who).await?.webhooks)
        }
        "remove" => {
            administer::remove(catalog, who, text("webhook")).await?;
            Ok(json!({ "removed": text("webhook") }))
        }
        "deliveries" => {
            let request = ListDeliveriesRequest {
                webhook_id: given("webhook"),
                limit: matches.get_one::<i64>("limit").copied(),
                cursor: given("cursor"),
            };
            let page = administer::deliveries(catalog, who, request).await?;
            if matches.get_flag("json") { shown(page) } else { shown(page.deliveries) }
        }
        "replay" => {
            let request = ReplayRequest { webhook_id: given("webhook"), delivery_id: given("delivery") };
            shown(administer::replay(catalog, who, request).await?)
        }
        _ => {
            let activate = matches.get_flag("activate");
            shown(administer::rotate(catalog, who, text("webhook"), activate).await?)
        }
    }
}

fn kind(name: &str) -> manager::Result<EventKind> {
    EventKind::by_name(name).ok_or_else(|| {
        let known = EventKind::ALL.map(EventKind::name).join(", ");
        let description = format!("there is no event `{name}`; use one of {known}");
        Error::Refused { code: Code::InvalidValue, description, data: None, cause: None }
    })
}

fn shown(value: impl Serialize) -> manager::Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::Internal(error.into()))
}
