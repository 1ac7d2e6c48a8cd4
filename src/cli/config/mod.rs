//! Settings from files and the environment: where they come from, which of them counts, and `why4xx config`.
//!
//! From the weakest to the strongest: the user's file, the project's file, the environment, the command line.
//! A setting is an option with a default of your own: its name, its values and its check are those of the option,
//! so that nothing is defined twice. Options that choose calls or outputs are no settings: what a report leaves
//! out must stand on the command line.

mod file;
mod show;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Arg, Command};
use etcetera::BaseStrategy;

pub(super) use self::show::run;
use super::failure::Failure;
use crate::redact::mask;
use crate::rules::did_you_mean;

/// The options that can be set, by their long names.
pub(super) const KEYS: &[&str] = &[
    "color",
    "exclude",
    "include",
    "report-timezone",
    "rotation-days",
    "rules",
    "threads",
    "timezone",
    "year",
];
/// Variables of the environment that are no settings.
const OTHER_VARIABLES: &[&str] = &["WHY4XX_CONFIG", "WHY4XX_NO_CONFIG", "WHY4XX_PAGER"];
/// Name of the project's file.
const PROJECT_FILE: &str = "why4xx.toml";

/// Where a setting stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A file and the line in it.
    File(PathBuf, usize),
    /// A variable of the environment.
    Variable(String),
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) key: &'static str,
    pub(super) values: Vec<String>,
    pub(super) origin: Origin,
}

/// All settings that were found; of equal keys the last counts.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) settings: Vec<Setting>,
    /// Files that were looked for: whether each was read.
    pub(super) files: Vec<(PathBuf, bool)>,
    /// What is odd and no error.
    pub(super) warnings: Vec<String>,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path, line) => write!(f, "{}:{line}", mask(&path.to_string_lossy())),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

impl Settings {
    /// Reads the files and the environment, unless the arguments forbid it.
    ///
    /// # Errors
    /// When a file cannot be read, holds a key that is none, or a value that its option refuses.
    pub(super) fn load(root: &Command, arguments: &[OsString]) -> Result<Self, Failure> {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let (named, is_forbidden) = asked(arguments);
        if is_forbidden || variable("WHY4XX_NO_CONFIG").is_some() {
            return Ok(Self::default());
        }
        let mut found = Self::default();
        let named = named.or_else(|| variable("WHY4XX_CONFIG").map(PathBuf::from));
        for path in named.as_ref().map_or_else(usual_files, |path| vec![path.clone()]) {
            let is_there = path.is_file();
            if is_there || named.is_some() {
                found.settings.extend(file::read(&path, root)?);
            }
            found.files.push((path, is_there));
        }
        let mut variables: Vec<(String, String)> = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, value)| name.starts_with("WHY4XX_") && !value.is_empty())
            .collect();
        variables.sort();
        for (name, value) in variables {
            found.add_variable(root, name, &value)?;
        }
        Ok(found)
    }

    fn add_variable(&mut self, root: &Command, name: String, value: &str) -> Result<(), Failure> {
        if OTHER_VARIABLES.contains(&name.as_str()) {
            return Ok(());
        }
        let Some(key) = KEYS.iter().find(|key| variable_name(key) == name) else {
            let known: Vec<String> = KEYS.iter().map(|key| variable_name(key)).collect();
            let help = did_you_mean(&name, known.iter().map(String::as_str)).map(|help| format!("; {help}"));
            self.warnings.push(format!("`{name}` is no setting{}", help.unwrap_or_default()));
            return Ok(());
        };
        let values = match *key {
            "rules" => env::split_paths(value).map(|path| path.to_string_lossy().into_owned()).collect(),
            _ if is_list(root, key) => value.split(',').map(|value| value.trim().to_owned()).collect(),
            _ => vec![value.to_owned()],
        };
        check(root, key, &values).map_err(|reason| Failure::new(format!("cannot use `{name}`: {reason}")))?;
        self.settings.push(Setting { key, values, origin: Origin::Variable(name) });
        Ok(())
    }

    /// The setting of a key that counts.
    pub(super) fn effective(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().rev().find(|setting| setting.key == key)
    }

    /// The command line with the settings as defaults of its options.
    pub(super) fn applied(&self, command: Command) -> Command {
        let mut command = command;
        for key in KEYS {
            let Some(setting) = self.effective(key) else { continue };
            if argument(&command, key).is_some() {
                let id = key.replace('-', "_");
                command = command.mut_arg(id, |argument| argument.default_values(setting.values.clone()));
            }
        }
        let names: Vec<String> = command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
        names
            .into_iter()
            .fold(command, |command, name| command.mut_subcommand(name, |below| self.applied(below)))
    }
}

/// The variable of a setting: `WHY4XX_REPORT_TIMEZONE`.
pub(super) fn variable_name(key: &str) -> String {
    format!("WHY4XX_{}", key.to_uppercase().replace('-', "_"))
}

/// `--config FILE` and `--no-config`, which count before all else is parsed.
fn asked(arguments: &[OsString]) -> (Option<PathBuf>, bool) {
    let (mut named, mut is_forbidden) = (None, false);
    let mut arguments = arguments.iter().skip(1).take_while(|argument| *argument != "--");
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        is_forbidden |= text == "--no-config";
        if text == "--config" {
            named = arguments.next().map(PathBuf::from);
        } else if let Some(path) = text.strip_prefix("--config=") {
            named = Some(PathBuf::from(path));
        }
    }
    (named, is_forbidden)
}

/// The user's file, then the project's: the nearest at or above the working folder, up to the root of its
/// repository.
fn usual_files() -> Vec<PathBuf> {
    let user = etcetera::choose_base_strategy()
        .ok()
        .map(|base| base.config_dir().join("why4xx").join("config.toml"));
    let here = env::current_dir().unwrap_or_default();
    let is_end = |folder: &Path| folder.join(".git").exists();
    let mut project = None;
    for folder in here.ancestors() {
        let path = folder.join(PROJECT_FILE);
        if path.is_file() {
            project = Some(path);
        }
        if project.is_some() || is_end(folder) {
            break;
        }
    }
    user.into_iter().chain(project.or_else(|| Some(here.join(PROJECT_FILE)))).collect()
}

/// The option of that name, in the command or in one below it.
fn argument<'a>(command: &'a Command, key: &str) -> Option<&'a Arg> {
    command.get_arguments().find(|argument| argument.get_long() == Some(key))
}

/// The option of that name wherever it is defined.
pub(super) fn option<'a>(root: &'a Command, key: &str) -> Option<&'a Arg> {
    argument(root, key).or_else(|| root.get_subcommands().find_map(|below| option(below, key)))
}

/// Whether an option takes several values.
fn is_list(root: &Command, key: &str) -> bool {
    option(root, key).is_some_and(|argument| matches!(argument.get_action(), clap::ArgAction::Append))
}

/// Whether the option takes the values; else why not.
fn check(root: &Command, key: &str, values: &[String]) -> Result<(), String> {
    let Some(argument) = option(root, key) else { return Err(format!("there is no option `--{key}`")) };
    let words = values.iter().map(|value| format!("--{key}={value}"));
    let alone = Command::new("why4xx").no_binary_name(true).arg(argument.clone());
    match alone.try_get_matches_from(words) {
        Ok(_) => Ok(()),
        Err(error) => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            let more = text.lines().nth(1).map(|line| format!(" {}", line.trim())).unwrap_or_default();
            Err(first + &more)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::args::Cli;
    use super::*;

    #[test]
    fn every_key_is_an_option_and_the_list_is_sorted() {
        let root = Cli::command();
        assert!(KEYS.is_sorted());
        for key in KEYS {
            assert!(option(&root, key).is_some_and(|argument| argument.get_help().is_some()), "{key}");
        }
    }

    #[test]
    fn later_settings_count_and_the_command_line_most() {
        let setting = |values: &[&str], origin: &str| Setting {
            key: "timezone",
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            origin: Origin::Variable(origin.to_owned()),
        };
        let settings = Settings {
            settings: vec![setting(&["Europe/Berlin"], "A"), setting(&["Asia/Tokyo"], "B")],
            ..Settings::default()
        };
        let zone = |arguments: &[&str]| {
            let matches = settings.applied(Cli::command()).try_get_matches_from(arguments).unwrap();
            let matches = matches.subcommand().map_or(matches.clone(), |(_, below)| below.clone());
            matches.get_one::<String>("timezone").cloned()
        };
        assert_eq!(zone(&["why4xx", "x"]).as_deref(), Some("Asia/Tokyo"));
        assert_eq!(zone(&["why4xx", "events", "x"]).as_deref(), Some("Asia/Tokyo"));
        assert_eq!(zone(&["why4xx", "events", "--timezone", "UTC", "x"]).as_deref(), Some("UTC"));
    }

    #[test]
    fn the_file_is_named_before_the_paths() {
        let asked = |words: &[&str]| asked(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(asked(&["why4xx", "--config", "a.toml"]), (Some(PathBuf::from("a.toml")), false));
        assert_eq!(
            asked(&["why4xx", "--config=a.toml", "--no-config"]),
            (Some(PathBuf::from("a.toml")), true)
        );
        assert_eq!(asked(&["why4xx", "--", "--no-config"]), (None, false));
    }
}
