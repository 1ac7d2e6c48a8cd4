//! Problems of reading, grouped so that a broken input of many records is one line.

use std::collections::BTreeMap;

use super::view::Problem;
use super::words::{problem_title, problem_word};

/// Problems of the same kind, source and text as one, with the first line; by kind, then source.
pub(super) fn problems(problems: &[crate::model::Problem]) -> Vec<Problem> {
    let mut groups: BTreeMap<(crate::model::ProblemKind, &str, &str), (u64, u64)> = BTreeMap::new();
    for problem in problems {
        let line = problem.location.place.line;
        let group =
            groups.entry((problem.kind, &problem.location.source, &problem.text)).or_insert((line, 0));
        group.0 = group.0.min(line);
        group.1 += problem.count.max(1);
    }
    let row = |((kind, source, text), (line, count)): ((_, &str, &str), (u64, u64))| Problem {
        kind: problem_word(kind),
        title: problem_title(kind),
        source: source.to_owned(),
        line: (line > 0).then_some(line),
        text: text.to_owned(),
        count,
    };
    groups.into_iter().map(row).collect()
}
