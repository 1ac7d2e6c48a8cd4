//! A file of settings: TOML, each mistake with its place.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use clap::Command;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{KEYS, Origin, Setting, check, is_list};
use crate::cli::failure::{Failure, reason};
use crate::cli::output::may_colour;
use crate::redact::mask;
use crate::rules::{Diagnostic, RuleSource, did_you_mean, render_all};

/// The settings of a file, sorted by their places.
///
/// # Errors
/// When the file cannot be read, is no TOML, or holds what is no setting: all mistakes at once.
pub(super) fn read(path: &Path, root: &Command) -> Result<Vec<Setting>, Failure> {
    let name = mask(&path.to_string_lossy()).to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("cannot read `{name}`: {}", reason(&error))))?;
    let source =
        RuleSource { path: Arc::from(name.as_str()), text: Arc::from(text.as_str()), is_builtin: false };
    let mut mistakes = Vec::new();
    let mut settings = Vec::new();
    match DeTable::parse(&text) {
        Ok(table) => {
            for (key, value) in table.get_ref() {
                match setting(path, root, &source, key, value) {
                    Ok(setting) => settings.push(setting),
                    Err(mistake) => mistakes.push(*mistake),
                }
            }
        }
        Err(error) => {
            let span = error.span().unwrap_or_default();
            mistakes.push(Diagnostic::new("syntax", &source, span, error.message()));
        }
    }
    if mistakes.is_empty() {
        return Ok(settings);
    }
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    let is_coloured = may_colour(&std::io::stderr());
    Err(Failure::Shown(render_all(&mistakes, is_coloured)))
}

fn setting(
    path: &Path,
    root: &Command,
    source: &RuleSource,
    name: &Spanned<std::borrow::Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
) -> Result<Setting, Box<Diagnostic>> {
    let mistake = |code, span: Range<usize>, message: String| Diagnostic::new(code, source, span, message);
    let Some(key) = KEYS.iter().find(|key| ***key == **name.get_ref()) else {
        let help = did_you_mean(name.get_ref(), KEYS.iter().copied())
            .or_else(|| Some("`why4xx config show` lists all settings".to_owned()));
        let message = format!("unknown setting `{}`", name.get_ref());
        return Err(Box::new(mistake("unknown-setting", name.span(), message).help(help)));
    };
    let values = values(value).filter(|values| values.len() == 1 || is_list(root, key));
    let Some(mut values) = values else {
        let kind = if is_list(root, key) { "a text or a list of texts" } else { "one text or number" };
        let message = format!("`{key}` must be {kind}");
        return Err(Box::new(mistake("wrong-type", value.span(), message)));
    };
    check(root, key, &values).map_err(|reason| {
        Box::new(mistake("wrong-value", value.span(), format!("cannot use `{key}`: {reason}")))
    })?;
    if *key == "rules" {
        // Folders are meant as seen from the file.
        let folder = path.parent().unwrap_or(Path::new(""));
        values = values.iter().map(|value| folder.join(value).to_string_lossy().into_owned()).collect();
    }
    let before = source.text.get(..name.span().start).unwrap_or_default();
    let origin = Origin::File(path.to_owned(), before.matches('\n').count() + 1);
    Ok(Setting { key, values, origin })
}

/// The value as words of a command line.
fn values(value: &Spanned<DeValue<'_>>) -> Option<Vec<String>> {
    let one = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        _ => None,
    };
    match value.get_ref() {
        DeValue::Array(list) => list.iter().map(|value| one(value.get_ref())).collect(),
        value => one(value).map(|value| vec![value]),
    }
}
