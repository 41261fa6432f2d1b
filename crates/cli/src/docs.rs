//! `docs errors` and `docs settings`: the pages of docs/ that are made from the program's own tables.

use std::error::Error;
use std::fmt::Write;

use clap::{ArgMatches, Command};
use contract::errors::{Code, Shape};
use contract::failures::Reason;
use manager::audit::Action;

use crate::output::say;
use crate::settings::table::SETTINGS;

pub(crate) fn command() -> Command {
    let page = |name: &'static str, about: &'static str| {
        let example = format!("docs {name} > {}.md", name.to_uppercase());
        Command::new(name).about(about).after_help(crate::example(&example))
    };
    Command::new("docs")
        .about("Print a page of the documentation in Markdown")
        .subcommand_required(true)
        .subcommand(page("errors", "Every error code"))
        .subcommand(page("settings", "Every setting"))
        .subcommand(page("audit", "Everything that the audit log notes"))
        .after_help(crate::example("docs settings"))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Box<dyn Error>> {
    match matches.subcommand_name() {
        Some("errors") => say(errors()?.trim_end()),
        Some("audit") => say(audit()?.trim_end()),
        _ => say(settings()?.trim_end()),
    }
    Ok(())
}

fn errors() -> Result<String, std::fmt::Error> {
    let mut page = String::from(
        "# Errors\n\nMade by `media-manager docs errors`. Every reply that isn't a success carries one of these, in the \
         envelope of the published API: a rule name stands in `details.validationError.fieldViolations[].ruleName`, a code in \
         `details.applicationError.code`.\n",
    );
    for (shape, title) in [(Shape::Rule, "Rule names"), (Shape::Code, "Codes")] {
        write!(page, "\n## {title}\n\n| name | status | meaning |\n|---|---|---|\n")?;
        for code in Code::ALL.iter().filter(|code| code.shape() == shape) {
            let status = server::status_of(code.class()).as_u16();
            writeln!(page, "| `{}` | {status} | {} |", code.name(), code.meaning())?;
        }
    }
    page.push_str(
        "\n## Why a file FAILED\n\nIn `error` of `file_failed` events, and in `failure` of the file's descriptor.\n\n| code | meaning |\n\
         |---|---|\n",
    );
    for reason in Reason::ALL {
        writeln!(page, "| `{}` | {} |", reason.name(), reason.meaning())?;
    }
    Ok(page)
}

fn audit() -> Result<String, std::fmt::Error> {
    let mut page = String::from(
        "# Audit log\n\nMade by `media-manager docs audit`. Who did what to what, when and from where; noted in the transaction that \
         does it, and kept for `audit.retention`. `GET /media-manager/v1/audit-log` and `media-manager audit list` read it. Nothing in \
         it is secret: no password, key, token or URL.\n\n| action | meaning |\n|---|---|\n",
    );
    for action in Action::ALL {
        writeln!(page, "| `{}` | {} |", action.name(), action.meaning())?;
    }
    Ok(page)
}

fn settings() -> Result<String, std::fmt::Error> {
    let mut page = String::from(
        "# Settings\n\nMade by `media-manager docs settings`. A flag wins over the environment, the environment over the file \
         that `--config` names, and that over the default. In the file, a name with a dot is a key of a table: \
         `[trash]` `retention = \"30d\"`.\n\n| key | flag | environment | default | what it does |\n|---|---|---|---|---|\n",
    );
    for setting in SETTINGS {
        let default =
            if setting.default.is_empty() { String::new() } else { format!("`{}`", setting.default) };
        let flag = if setting.has_flag() { format!("`--{}`", setting.flag()) } else { String::new() };
        let (key, variable) = (setting.key, setting.variable());
        writeln!(
            page,
            "| `{key}` | {flag} | `{variable}` | {default} | {} |",
            setting.help.replace('|', "\\|")
        )?;
    }
    page.push_str(
        "\n## Which files are taken\n\n`GET /media-manager/v1/types` shows what is taken. In the file it is one table, which may leave out what \
         stays as it is:\n\n```toml\n[limits]\n",
    );
    for setting in SETTINGS {
        if let Some(name) = setting.key.strip_prefix("limits.") {
            writeln!(page, "{name} = \"{}\"", setting.default)?;
        }
    }
    page.push_str("```\n");
    Ok(page)
}
