//! Parse, run, exit status.

fn main() -> std::process::ExitCode {
    why4xx::cli::main()
}
