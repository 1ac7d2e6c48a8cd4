//! Every file in `tests/cli` is a run of the program: arguments, input, output, exit status.
//! `TRYCMD=overwrite cargo test --test cli` writes what the program says now.

#[test]
fn cases() {
    // The settings of whoever runs the tests are not those of the cases.
    trycmd::TestCases::new().env("XDG_CONFIG_HOME", "/nonexistent").case("tests/cli/*.toml");
}
