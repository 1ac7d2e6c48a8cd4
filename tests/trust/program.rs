//! Runs of the program as a child: its output, exit status, time, and peak memory from `/proc`.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longest that any run may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// How a run ended.
pub(crate) struct Run {
    /// Exit status; 128 and the number for a signal.
    pub(crate) status: i32,
    pub(crate) output: Vec<u8>,
    pub(crate) errors: String,
    pub(crate) took: Duration,
    pub(crate) peak_mib: u64,
}

impl Run {
    /// Standard output as JSON.
    pub(crate) fn report(&self) -> Value {
        serde_json::from_slice(&self.output).unwrap_or(Value::Null)
    }

    /// The kinds of problems of a JSON report, with their counts.
    pub(crate) fn problems(&self) -> Vec<(String, u64)> {
        let report = self.report();
        let rows = report["problems"].as_array().cloned().unwrap_or_default();
        rows.iter()
            .map(|row| (row["kind"].as_str().unwrap_or("").to_owned(), row["count"].as_u64().unwrap_or(0)))
            .collect()
    }

    /// The number of failed calls of a JSON report.
    pub(crate) fn failed(&self) -> Option<u64> {
        self.report()["totals"]["failed"].as_u64()
    }
}

/// The program, to be started in a folder with nothing of the environment but `PATH`: the one just built, or the one
/// that `PROGRAM_UNDER_TEST` names, so that figures can be those of a release.
pub(crate) fn program(arguments: &[&str], folder: &Path) -> Command {
    let named = std::env::var_os("PROGRAM_UNDER_TEST");
    let mut command = Command::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_why4xx").into()));
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.args(arguments).current_dir(folder).env_clear().env("PATH", path);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program with nothing on standard input.
pub(crate) fn run(arguments: &[&str], folder: &Path) -> Run {
    finish(program(arguments, folder), |_| {})
}

/// Starts a command, lets `feed` write to its standard input, and waits for its end; one that does not end in time is
/// stopped.
pub(crate) fn finish(mut command: Command, feed: impl FnOnce(&mut dyn Write) + Send) -> Run {
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if let Some(stdin) = &mut stdin {
                feed(stdin);
            }
        });
        let output = scope.spawn(move || everything(stdout));
        let errors = scope.spawn(move || everything(stderr));
        let (status, peak_mib) = wait(&mut child, begun);
        Run {
            status,
            output: output.join().unwrap(),
            errors: String::from_utf8_lossy(&errors.join().unwrap()).into_owned(),
            took: begun.elapsed(),
            peak_mib,
        }
    })
}

fn everything(stream: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        stream.read_to_end(&mut bytes).unwrap();
    }
    bytes
}

/// Exit status and peak memory.
fn wait(child: &mut Child, begun: Instant) -> (i32, u64) {
    use std::os::unix::process::ExitStatusExt;
    let mut peak = 0;
    loop {
        peak = peak.max(peak_mib(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            let status = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
            return (status.unwrap_or(-1), peak);
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Highest resident memory of a living process.
fn peak_mib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}
