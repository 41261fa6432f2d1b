//! `audit`: who did what.

use catalog::Catalog;
use clap::{ArgMatches, Command, value_parser};
use manager::{Error, audit};
use serde_json::Value;

use super::{leaf, noun, value};

pub(super) fn command() -> Command {
    noun(
        "audit",
        "The audit log: who did what, from where",
        [leaf(
            "list",
            "List what was done, the latest first",
            "audit list --site ID --entity FILEID --limit 20",
        )
        .arg(value("site", "On this site only"))
        .arg(value("entity", "To this only: the id of a file, folder, key, user or webhook"))
        .arg(value("who", "By this caller only"))
        .arg(
            value("limit", "How many").default_value("50").value_parser(value_parser!(i64).range(1..=10_000)),
        )],
    )
}

pub(super) async fn perform(catalog: &Catalog, matches: &ArgMatches) -> manager::Result<Value> {
    let given = |name: &str| matches.get_one::<String>(name).cloned();
    let limit = matches.get_one::<i64>("limit").copied().unwrap_or(50);
    let found = audit::list_all(catalog, given("site"), given("entity"), given("who"), limit).await?;
    serde_json::to_value(found).map_err(|error| Error::Internal(error.into()))
}
