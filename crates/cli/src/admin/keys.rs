//! `keys`: what apps show.

use catalog::Catalog;
use catalog::keys::ApiKey;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use manager::Actor;
use manager::keys::{self, NewKey};
use serde_json::{Value, json};

use super::{leaf, noun, text, value};

pub(super) fn command() -> Command {
    noun(
        "keys",
        "API keys",
        [
            leaf(
                "create",
                "Make a key, which is shown this once",
                "keys create --site ID --name web --scope SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER",
            )
            .arg(
                value("site", "Id of a site that it may act for; may be given several times")
                    .required(true)
                    .action(ArgAction::Append),
            )
            .arg(value("name", "For people").required(true))
            .arg(
                value("scope", "What it grants; may be given several times")
                    .required(true)
                    .action(ArgAction::Append),
            )
            .arg(value("expires", "Days until it ends").value_parser(value_parser!(u32).range(1..))),
            leaf("list", "List keys", "keys list --site ID").arg(value("site", "Of this site only")),
            leaf("revoke", "Revoke a key", "keys revoke KEYID")
                .arg(Arg::new("key").value_name("KEYID").required(true)),
        ],
    )
}

pub(super) async fn perform(
    catalog: &Catalog,
    verb: &str,
    matches: &ArgMatches,
    now: i64,
) -> manager::Result<Value> {
    match verb {
        "create" => {
            let all = |name: &str| matches.get_many::<String>(name).into_iter().flatten().cloned().collect();
            let expires = matches.get_one::<u32>("expires").map(|days| now + i64::from(*days) * 86_400_000);
            let name = text(matches, "name");
            let new = NewKey { site_ids: all("site"), name, scopes: all("scope"), expires };
            let (key, secret) = keys::create(catalog, new, Actor::operator(), now).await?;
            Ok(json!({ "keyId": key.id, "apiKey": secret }))
        }
        "revoke" => {
            let key = text(matches, "key");
            keys::revoke(catalog, key.clone(), Actor::operator(), now).await?;
            Ok(json!({ "revoked": key }))
        }
        _ => {
            let keys = keys::list(catalog, matches.get_one("site").cloned()).await?;
            Ok(keys.into_iter().map(|key| row(key, now)).collect())
        }
    }
}

fn row(key: ApiKey, now: i64) -> Value {
    let state = keys::state(&key, now).name();
    let sites: Vec<String> = key.sites.into_iter().map(|site| site.id).collect();
    json!({ "keyId": key.id, "siteIds": sites, "name": key.name, "state": state, "scopes": key.scopes })
}
