//! Settings: flag over environment over file over default.

mod parse;
pub(crate) mod table;
mod uses;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches};
use manager::Network;
use server::Origins;
use table::{SETTINGS, Setting, by_key};

/// A setting that can't be used, in one line that names it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Wrong(String);

/// The text of every setting, and where it comes from.
pub(crate) struct Settings {
    values: HashMap<&'static str, (String, String)>,
}

/// The flags of some settings, for a command.
pub(crate) fn flags(keys: impl Fn(&str) -> bool) -> Vec<Arg> {
    let chosen = SETTINGS.iter().filter(|setting| setting.has_flag() && keys(setting.key));
    let mut flags: Vec<Arg> = chosen.map(flag).collect();
    flags.push(
        Arg::new("config").long("config").value_name("FILE").help("Settings in TOML, by the same names"),
    );
    flags
}

fn flag(setting: &'static Setting) -> Arg {
    let default = match setting.default {
        "" => String::new(),
        default => format!(" [default: {default}]"),
    };
    let arg = Arg::new(setting.key).long(setting.flag()).help(format!("{}{default}", setting.help));
    // Given twice, the last one counts, so that a script can set what its user may set otherwise.
    let arg = arg.overrides_with(setting.key);
    if setting.is_switch() { arg.action(ArgAction::SetTrue) } else { arg.value_name(setting.value) }
}

impl Settings {
    /// Reads all sources for a command.
    pub(crate) fn read(matches: &ArgMatches) -> Result<Settings, Wrong> {
        let mut values = HashMap::new();
        for setting in SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
            values.insert(setting.key, (setting.default.to_owned(), "the defaults".to_owned()));
        }
        let file = matches
            .get_one::<String>("config")
            .cloned()
            .or_else(|| std::env::var("MEDIA_MANAGER_CONFIG").ok());
        if let Some(file) = file {
            for (key, value) in from_file(Path::new(&file))? {
                let setting = by_key(&key).ok_or_else(|| unknown(&key, &file))?;
                values.insert(setting.key, (value, file.clone()));
            }
        }
        from_environment(&mut values)?;
        for setting in SETTINGS {
            let given = matches.try_contains_id(setting.key).unwrap_or(false)
                && matches.value_source(setting.key) == Some(ValueSource::CommandLine);
            let value = match given {
                true if setting.is_switch() => "true".to_owned(),
                true => matches.get_one::<String>(setting.key).cloned().unwrap_or_default(),
                false => continue,
            };
            values.insert(setting.key, (value, format!("--{}", setting.flag())));
        }
        Ok(Settings { values })
    }

    /// The text of a setting; empty when it has none.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.values.get(key).map_or("", |(value, _)| value)
    }

    fn parsed<T>(&self, key: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<T, Wrong> {
        let (value, source) = self.values.get(key).cloned().unwrap_or_default();
        parse(&value).map_err(|why| {
            Wrong(format!("the setting `{key}` from {source} has the value `{value}`, which {why}"))
        })
    }

    /// The same, or nothing where it isn't set.
    fn optional<T>(&self, key: &str, parse: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, Wrong> {
        if self.text(key).is_empty() { Ok(None) } else { self.parsed(key, parse).map(Some) }
    }

    pub(crate) fn address(&self, key: &str) -> Result<SocketAddr, Wrong> {
        self.parsed(key, parse::address)
    }

    pub(crate) fn duration(&self, key: &str) -> Result<Duration, Wrong> {
        self.parsed(key, parse::duration)
    }

    pub(crate) fn count(&self, key: &str) -> Result<u64, Wrong> {
        self.parsed(key, parse::count)
    }

    pub(crate) fn size(&self, key: &str) -> Result<u64, Wrong> {
        self.parsed(key, parse::size)
    }

    pub(crate) fn switch(&self, key: &str) -> Result<bool, Wrong> {
        Ok(self.optional(key, parse::switch)?.unwrap_or(false))
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        PathBuf::from(self.text("data_dir"))
    }

    /// The database file.
    pub(crate) fn database(&self) -> Result<PathBuf, Wrong> {
        let path = self.optional("database", |text| engine(text, "sqlite:", "postgres"))?;
        Ok(path.unwrap_or_else(|| self.data_dir().join("catalog.db")))
    }

    /// The folder of the files.
    pub(crate) fn storage(&self) -> Result<PathBuf, Wrong> {
        let path = self.optional("storage", |text| engine(text, "file:", "s3"))?;
        Ok(path.unwrap_or_else(|| self.data_dir().join("storage")))
    }

    /// Certificate and key, when TLS is to be spoken.
    pub(crate) fn tls(&self) -> Result<Option<(PathBuf, PathBuf)>, Wrong> {
        match (self.text("tls_cert"), self.text("tls_key")) {
            ("", "") => Ok(None),
            ("", _) => Err(Wrong("the setting `tls_key` needs `tls_cert` beside it".into())),
            (_, "") => Err(Wrong("the setting `tls_cert` needs `tls_key` beside it".into())),
            (cert, key) => Ok(Some((cert.into(), key.into()))),
        }
    }

    /// Where content is served apart from the rest, if it is.
    pub(crate) fn content_address(&self) -> Result<Option<SocketAddr>, Wrong> {
        self.optional("content_listen", parse::address)
    }

    /// The origins whose pages may call the API.
    pub(crate) fn origins(&self) -> Result<Origins, Wrong> {
        let key = "http.allow_origins";
        match self.text(key) {
            "*" => Ok(Origins::Any),
            _ => Ok(Origins::These(self.optional(key, parse::origins)?.unwrap_or_default().into())),
        }
    }

    /// A list of networks.
    pub(crate) fn networks(&self, key: &str) -> Result<Vec<Network>, Wrong> {
        let networks = self.optional(key, parse::networks)?.unwrap_or_default();
        Ok(networks.into_iter().map(|(address, bits)| Network::new(address, bits)).collect())
    }

    /// Checks the settings that later parts of the server will use, so that a mistake in them shows at once.
    pub(crate) fn check_rest(&self) -> Result<(), Wrong> {
        if self.duration("events.retention")? <= self.duration("webhooks.give_up")? {
            let text = "the setting `events.retention` must be longer than `webhooks.give_up`: what is to be sent must be kept";
            return Err(Wrong(text.to_owned()));
        }
        self.parsed("log.format", |text| match text {
            "text" | "json" => Ok(()),
            _ => Err("is neither text nor json".to_owned()),
        })?;
        self.optional("bootstrap_api_key", |key| match key.len() {
            32.. => Ok(()),
            _ => Err("is too short to be safe; use at least 32 characters".to_owned()),
        })?;
        Ok(())
    }
}

fn engine(text: &str, scheme: &str, later: &str) -> Result<PathBuf, String> {
    match text.strip_prefix(scheme) {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ if text.starts_with(later) => Err(format!("this version can't use yet; write {scheme}PATH")),
        _ => Err(format!("is not understood; write {scheme}PATH")),
    }
}

fn from_file(path: &Path) -> Result<Vec<(String, String)>, Wrong> {
    let name = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| Wrong(format!("{name} can't be read: {error}")))?;
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| Wrong(format!("{name} is not TOML: {}", error.message())))?;
    let mut pairs = Vec::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => {
                pairs
                    .extend(inner.into_iter().map(|(name, value)| (format!("{key}.{name}"), written(value))));
            }
            value => pairs.push((key, written(value))),
        }
    }
    Ok(pairs)
}

fn written(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        toml::Value::Array(items) => items.into_iter().map(written).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// Variables of this program that are no settings.
const OTHER_VARIABLES: [&str; 1] = ["MEDIA_MANAGER_CONFIG"];

fn from_environment(values: &mut HashMap<&'static str, (String, String)>) -> Result<(), Wrong> {
    for (name, value) in std::env::vars().filter(|(name, _)| name.starts_with("MEDIA_MANAGER_")) {
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.variable() == name) {
            values.insert(setting.key, (value, name));
        } else if !OTHER_VARIABLES.contains(&name.as_str()) {
            // Scripts around the server have variables of their own, so only a slip of the pen stops the start.
            let near = SETTINGS.iter().map(Setting::variable).find(|known| is_near(known, &name));
            if let Some(near) = near {
                return Err(Wrong(format!("{name} is no setting; did you mean {near}?")));
            }
        }
    }
    Ok(())
}

fn unknown(key: &str, file: &str) -> Wrong {
    let near = SETTINGS.iter().find(|setting| is_near(setting.key, key));
    let hint = near.map(|setting| format!("; did you mean `{}`?", setting.key)).unwrap_or_default();
    Wrong(format!("{file} has the key `{key}`, which is no setting{hint}"))
}

/// Whether at most two letters were added, left out or changed.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()] <= 2
}
