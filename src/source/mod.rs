//! TEMPORARY STUB, replaced at the merge by the real reader of inputs.
#![allow(missing_docs)]

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::{Location, Place, Problem, ProblemKind};

#[derive(Debug, Clone)]
pub struct Input {
    pub path: PathBuf,
}
#[derive(Debug, Clone, Default)]
pub struct Settings {}

#[must_use]
pub fn inputs(paths: &[PathBuf], _: &Settings) -> (Vec<Input>, Vec<Problem>) {
    let mut inputs = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" || path.is_file() {
            inputs.push(Input { path: path.clone() });
        } else {
            problems.push(Problem {
                kind: ProblemKind::Missing,
                location: Location { source: Arc::from(path.display().to_string()), place: Place::default() },
                text: "no such file or directory".into(),
                count: 1,
            });
        }
    }
    (inputs, problems)
}
