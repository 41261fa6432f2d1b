//! `quota`: how much a site may hold.

use catalog::Catalog;
use clap::{ArgMatches, Command, value_parser};
use manager::{Actor, sites};
use serde_json::Value;

use super::sites::row;
use super::{leaf, noun, text, value};

pub(super) fn command() -> Command {
    let site = || value("site", "Id of the site").required(true);
    let most = |name, help| value(name, help).value_parser(value_parser!(i64).range(0..));
    noun(
        "quota",
        "Limits of a site",
        [
            leaf("set", "Set or lift limits", "quota set --site ID --bytes 10000000000 --files 50000")
                .arg(site())
                .arg(most("bytes", "Most bytes; no limit when absent"))
                .arg(most("files", "Most files; no limit when absent")),
            leaf("show", "Show the limits of a site, and how much of them is used", "quota show --site ID")
                .arg(site()),
        ],
    )
}

pub(super) async fn perform(
    catalog: &Catalog,
    verb: &str,
    matches: &ArgMatches,
    now: i64,
) -> manager::Result<Value> {
    let site = text(matches, "site");
    let site = match verb {
        "set" => {
            let number = |name: &str| matches.get_one::<i64>(name).copied();
            let (bytes, files) = (number("bytes"), number("files"));
            sites::set_quota(catalog, site, bytes, files, Actor::operator(), now).await?
        }
        _ => sites::get(catalog, site).await?,
    };
    Ok(row(site))
}
