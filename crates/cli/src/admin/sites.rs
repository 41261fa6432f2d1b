//! `sites`: who owns files.

use catalog::Catalog;
use catalog::sites::Site;
use clap::{Arg, ArgMatches, Command};
use manager::presets::administer as presets;
use manager::{Actor, annotations, sites};
use serde_json::{Value, json};

use super::{leaf, noun, text, value};

pub(super) fn command() -> Command {
    noun(
        "sites",
        "Sites: who owns files",
        [
            leaf("create", "Make a site", "sites create --name Shop")
                .arg(value("name", "For people").required(true)),
            leaf("list", "List all sites", "sites list --json"),
            leaf(
                "strict",
                "Have images made only as presets and signed addresses say, or as any address says",
                "sites strict --site ID on",
            )
            .arg(value("site", "Id of the site").required(true))
            .arg(switch("strict")),
            leaf(
                "annotate",
                "Have images looked at for faces, labels and text after their upload, or only when asked for",
                "sites annotate --site ID off",
            )
            .arg(value("site", "Id of the site").required(true))
            .arg(switch("annotate")),
        ],
    )
}

fn switch(name: &'static str) -> Arg {
    Arg::new(name).value_name("on|off").value_parser(["on", "off"]).required(true)
}

pub(super) async fn perform(
    catalog: &Catalog,
    verb: &str,
    matches: &ArgMatches,
    now: i64,
) -> manager::Result<Value> {
    match verb {
        "create" => {
            let site = sites::create(catalog, text(matches, "name"), Actor::operator(), now).await?;
            Ok(json!({ "siteId": site.id, "name": site.name }))
        }
        "strict" => {
            let (site, strict) = (text(matches, "site"), text(matches, "strict") == "on");
            presets::set_policy(catalog, site.clone(), strict, Actor::operator(), now).await?;
            Ok(json!({ "siteId": site, "strictImages": strict }))
        }
        "annotate" => {
            let (site, automatic) = (text(matches, "site"), text(matches, "annotate") == "on");
            annotations::set_automatic(catalog, site.clone(), automatic, Actor::operator(), now).await?;
            Ok(json!({ "siteId": site, "annotates": automatic }))
        }
        _ => Ok(sites::list(catalog).await?.into_iter().map(row).collect()),
    }
}

/// A site with its use and limits.
pub(super) fn row(site: Site) -> Value {
    json!({
        "siteId": site.id,
        "name": site.name,
        "usedBytes": site.used_bytes,
        "usedFiles": site.used_files,
        "quotaBytes": site.quota_bytes,
        "quotaFiles": site.quota_files,
        "strictImages": site.strict_images,
        "annotates": site.annotates,
    })
}
