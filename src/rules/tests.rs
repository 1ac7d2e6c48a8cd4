//! The rules of the program: complete, correct, and deciding as the catalogue of errors says.

use super::*;
use super::set::{build, builtin_sources};

#[test]
fn the_rules_of_the_program_have_no_mistakes() {
    let (_, problems) = build(builtin_sources());
    assert!(problems.is_empty(), "{}", render_all(&problems, false));
}
