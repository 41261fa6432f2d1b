//! `jobs`: work that nobody waits for.

use catalog::Catalog;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use manager::Error;
use manager::jobs::administer;
use serde_json::{Value, json};

use super::{leaf, noun, value};

pub(super) fn command() -> Command {
    let limit =
        value("limit", "How many").default_value("50").value_parser(value_parser!(i64).range(1..=10_000));
    let failed = Arg::new("failed").long("failed").action(ArgAction::SetTrue);
    let job = Arg::new("job").value_name("JOBID").required(true).value_parser(value_parser!(i64));
    noun(
        "jobs",
        "Jobs: what waits, what runs and how far it is, what was given up",
        [
            leaf("list", "List jobs in the order in which they are done", "jobs list --failed")
                .arg(failed.help("Those that were given up"))
                .arg(limit),
            leaf("retry", "Have a job done again that was given up", "jobs retry 17").arg(job),
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
        "retry" => {
            let job = matches.get_one::<i64>("job").copied().unwrap_or_default();
            administer::retry(catalog, job, now).await?;
            Ok(json!({ "retried": job }))
        }
        _ => {
            let limit = matches.get_one::<i64>("limit").copied().unwrap_or(50);
            let found = administer::list(catalog, matches.get_flag("failed"), limit).await?;
            serde_json::to_value(found).map_err(|error| Error::Internal(error.into()))
        }
    }
}
