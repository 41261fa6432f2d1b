//! `users`: who signs in, and what they may do where.

use std::io::Read;

use catalog::Catalog;
use clap::{Arg, ArgAction, ArgMatches, Command};
use contract::access::Role;
use contract::errors::Code;
use contract::users::{FolderRole, SiteRole};
use manager::users::administer::{self, NewUser, Where};
use manager::{Actor, Error};
use serde_json::{Value, json};

use super::{leaf, noun, value};

pub(super) fn command() -> Command {
    let user = || Arg::new("user").value_name("USER").required(true).help("E-mail or id");
    let site = |help| value("site", help);
    let folder = || {
        value("folder", "Id of a folder of the site, with all that lies below it [default: the whole site]")
    };
    let role =
        || value("role", "owner, editor, contributor or viewer").value_parser(Role::ALL.map(Role::name));
    // Never as an argument: other users of the machine see those.
    let password = || {
        Arg::new("password_stdin")
            .long("password-stdin")
            .action(ArgAction::SetTrue)
            .help("Read the password from the standard input, instead of making one")
    };
    noun(
        "users",
        "Users: who signs in, and what they may do where",
        [
            leaf("create", "Make a user", "users create --email ada@example.org --site ID --role editor")
                .arg(value("email", "Names the user when signing in").required(true))
                .arg(value("name", "For people [default: the e-mail]"))
                .arg(site("Id of the site that the role is for").requires("role"))
                .arg(role().requires("site"))
                .arg(password()),
            leaf("list", "List users with their roles", "users list --site ID")
                .arg(site("Of this site only")),
            leaf("remove", "Remove a user and end its sessions", "users remove ada@example.org").arg(user()),
            leaf(
                "password",
                "Change a password and end the user's sessions",
                "users password ada@example.org",
            )
            .arg(user())
            .arg(password()),
            leaf(
                "grant",
                "Give a role on a site, or on a folder of it",
                "users grant ada@example.org --site ID --role viewer --folder FOLDERID",
            )
            .arg(user())
            .arg(site("Id of the site").required(true))
            .arg(role().required(true))
            .arg(folder()),
            leaf(
                "revoke",
                "Take the role on a folder away, or all roles on a site and its folders",
                "users revoke ada@example.org --site ID",
            )
            .arg(user())
            .arg(site("Id of the site").required(true))
            .arg(folder()),
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
    let by = Actor::operator();
    let place = || Where { site_id: text("site"), folder_id: given("folder") };
    let role = || given("role").as_deref().and_then(Role::by_name);
    match verb {
        "create" => {
            let new = NewUser {
                email: text("email"),
                name: given("name"),
                password: password(matches)?,
                role: role().map(|role| (place(), role)),
            };
            let made = administer::create(catalog, new, by, now).await?;
            Ok(with_password(json!({ "userId": made.id }), made.password))
        }
        "list" => {
            let users = administer::list(catalog, given("site")).await?;
            let rows = users.into_iter().map(|user| {
                let roles: Vec<String> = user.sites.iter().flat_map(roles).collect();
                json!({ "userId": user.user_id, "email": user.email, "name": user.name, "roles": roles })
            });
            Ok(rows.collect())
        }
        "remove" => {
            administer::remove(catalog, text("user"), by, now).await?;
            Ok(json!({ "removed": text("user") }))
        }
        "password" => {
            let made = administer::set_password(catalog, text("user"), password(matches)?, by, now).await?;
            Ok(with_password(json!({ "changed": text("user") }), made))
        }
        "grant" => {
            let role = role().unwrap_or(Role::Viewer);
            administer::grant(catalog, text("user"), place(), role, by, now).await?;
            Ok(json!({ "granted": role.name(), "user": text("user") }))
        }
        _ => {
            administer::revoke(catalog, text("user"), place(), by, now).await?;
            Ok(json!({ "revoked": text("user") }))
        }
    }
}

/// What a user may do on a site: `SITE:role`, and `SITE/FOLDER:role` for folders.
fn roles(site: &SiteRole) -> impl Iterator<Item = String> {
    let whole = site.role.map(|role| format!("{}:{}", site.site_id, role.name()));
    let folder = |on: &FolderRole| format!("{}/{}:{}", site.site_id, on.folder_id, on.role.name());
    whole.into_iter().chain(site.folders.iter().map(folder))
}

/// The password from the standard input, where that is asked for.
fn password(matches: &ArgMatches) -> manager::Result<Option<String>> {
    if !matches.get_flag("password_stdin") {
        return Ok(None);
    }
    let mut text = String::new();
    std::io::stdin().take(10_000).read_to_string(&mut text).map_err(|error| Error::Refused {
        code: Code::InvalidValue,
        description: format!("no password can be read from the standard input: {error}"),
        data: None,
        cause: None,
    })?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// A password that was made is shown this once.
fn with_password(mut shown: Value, made: Option<String>) -> Value {
    if let Some(password) = made {
        shown["password"] = password.into();
    }
    shown
}
