//! `check`: whether what is counted is what is there.

use catalog::Catalog;
use clap::{Arg, ArgAction, ArgMatches, Command};
use manager::sites::{self, Usage};
use serde_json::{Value, json};

use super::{Outcome, leaf};

pub(super) fn command() -> Command {
    let about = "Compare the use that is counted for each site with its files; exit 1 where they differ";
    leaf("check", about, "check --repair").arg(
        Arg::new("repair")
            .long("repair")
            .action(ArgAction::SetTrue)
            .help("Correct the count where it differs"),
    )
}

pub(super) async fn perform(catalog: &Catalog, matches: &ArgMatches) -> manager::Result<Outcome> {
    let mut checked = Vec::new();
    for site in sites::list(catalog).await? {
        let mut usage = sites::usage(catalog, site.id.clone()).await?;
        let repaired = matches.get_flag("repair") && !usage.is_right();
        if repaired {
            sites::correct_usage(catalog, usage).await?;
            usage = sites::usage(catalog, site.id).await?;
        }
        checked.push((usage, repaired));
    }
    let wrong = checked.iter().filter(|(usage, _)| !usage.is_right()).count();
    Ok(Outcome {
        value: checked.iter().map(|(usage, repaired)| row(usage, *repaired)).collect(),
        text: Some(checked.iter().map(|(usage, repaired)| line(usage, *repaired)).collect()),
        complaint: (wrong > 0).then(|| {
            format!("{wrong} of {} sites count otherwise than their files; see --repair", checked.len())
        }),
    })
}

fn state(usage: &Usage, repaired: bool) -> &'static str {
    match (usage.is_right(), repaired) {
        (false, _) => "differs",
        (true, true) => "repaired",
        (true, false) => "ok",
    }
}

fn row(usage: &Usage, repaired: bool) -> Value {
    json!({
        "siteId": usage.site.id,
        "state": state(usage, repaired),
        "usedBytes": usage.site.used_bytes,
        "usedFiles": usage.site.used_files,
        "foundBytes": usage.bytes,
        "foundFiles": usage.files,
    })
}

fn line(usage: &Usage, repaired: bool) -> String {
    let Usage { site, bytes, files } = usage;
    let state = state(usage, repaired);
    match usage.is_right() {
        true => format!("{}  {state:<8}  {bytes} bytes in {files} files\n", site.id),
        false => format!(
            "{}  {state:<8}  counted {} bytes in {} files, found {bytes} in {files}\n",
            site.id, site.used_bytes, site.used_files
        ),
    }
}
