//! Parse, run, exit status.

/// A failure is many small texts, most of them short-lived: this allocator takes a sixth to a fifth less time for
/// logs full of failures than that of the system, at some 8 MB more memory (`docs/performance.md`).
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    why4xx::cli::main()
}
