//! Files of `NAME=value` lines, as dotenv, Compose and systemd read them.

/// One variable of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    /// Its name.
    pub(super) name: String,
    /// Its value, without the quotes around it.
    pub(super) value: String,
    /// Line in the file, from 1; `None` for a variable of the environment.
    pub(super) line: Option<usize>,
    /// There were quotes around the value: some readers of such files pass them on.
    pub(super) is_quoted: bool,
}

/// The variables of a file; of repeated ones the last counts.
pub(super) fn variables(text: &str) -> Vec<Variable> {
    let mut found: Vec<Variable> = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    for (index, line) in text.split('\n').enumerate() {
        let Some(mut variable) = variable(line) else { continue };
        variable.line = Some(index + 1);
        found.retain(|known| known.name != variable.name);
        found.push(variable);
    }
    found
}

/// `export NAME = "value" # comment`. A carriage return at the end of the line belongs to the line end.
fn variable(line: &str) -> Option<Variable> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let is_name =
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if !is_name {
        return None;
    }
    let value = value.trim_start_matches([' ', '\t']);
    let quoted = value.chars().next().filter(|first| matches!(first, '"' | '\'')).and_then(|quote| {
        let rest = value.strip_prefix(quote)?;
        rest.split_once(quote).map(|(inner, _)| inner)
    });
    let plain = || value.split_once(" #").map_or(value, |(value, _)| value).trim_end_matches([' ', '\t']);
    Some(Variable {
        name: name.to_owned(),
        value: quoted.unwrap_or_else(plain).to_owned(),
        line: None,
        is_quoted: quoted.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown: Vec<String> = variables(text)
            .iter()
            .map(|found| {
                let quotes = if found.is_quoted { "q" } else { "" };
                format!("{}:{}={}{quotes}", found.line.unwrap_or_default(), found.name, found.value)
            })
            .collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn lines_are_read_as_their_readers_do() {
        check("A=1\nB = 2\nexport C=3\r\n", "1:A=1 2:B=2 3:C=3");
        check("# A=1\n\nnonsense\nB='x y' # why\nC=\"\"\n", "4:B=x yq 5:C=q");
        check("A=1 # one\nA=a#b\n", "2:A=a#b");
        check("\u{feff}A=\"open\n", "1:A=\"open");
        check("a b=1\n=2\n", "");
    }
}
