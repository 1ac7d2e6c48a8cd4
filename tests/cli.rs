//! Every file in `tests/cli` is a run of the program: arguments, input, output, exit status.
//! `TRYCMD=overwrite cargo test --test cli` writes what the program says now.

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cli/*.toml");
}
