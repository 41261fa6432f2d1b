//! `presets`: transformations of images that a site has given names.

use catalog::Catalog;
use clap::{ArgMatches, Command};
use contract::presets::SetPresetRequest;
use manager::presets::administer;
use manager::{Actor, Error};
use serde::Serialize;
use serde_json::{Value, json};

use super::{leaf, noun, text, value};

pub(super) fn command() -> Command {
    let site = || value("site", "Id of the site").required(true);
    let name = || value("name", "Name of the preset").required(true);
    noun(
        "presets",
        "Presets: transformations of images that have a name",
        [
            leaf("list", "List the presets of a site", "presets list --site ID").arg(site()),
            leaf(
                "set",
                "Make or change a preset",
                "presets set --site ID --name card --transformation fill/w_400,h_300",
            )
            .arg(site())
            .arg(name())
            .arg(
                value("transformation", "What stands between /v1/ and the file name of an image's address")
                    .required(true),
            ),
            leaf("remove", "Remove a preset", "presets remove --site ID --name card").arg(site()).arg(name()),
        ],
    )
}

pub(super) async fn perform(
    catalog: &Catalog,
    verb: &str,
    matches: &ArgMatches,
    now: i64,
) -> manager::Result<Value> {
    let (site, by) = (text(matches, "site"), Actor::operator());
    match verb {
        "set" => {
            let request = SetPresetRequest {
                name: Some(text(matches, "name")),
                transformation: Some(text(matches, "transformation")),
            };
            shown(administer::set(catalog, site, request, None, by, now).await?)
        }
        "remove" => {
            let name = text(matches, "name");
            administer::remove(catalog, site, name.clone(), by, now).await?;
            Ok(json!({ "removed": name }))
        }
        _ => shown(administer::list(catalog, site).await?.presets),
    }
}

fn shown(value: impl Serialize) -> manager::Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::Internal(error.into()))
}
