//! Progress on a terminal: how far a run is, and what a live run sees.
//!
//! Shown on standard error, only where that is a terminal and nothing forbids it, only when a run takes longer
//! than a second; gone when the result is printed. What is shown is counted by the sources as they are read.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::report::sink::{cut, number, one_line};
use crate::report::words::{bytes, duration};
use crate::source::{Input, Meter};

/// Runs that are over sooner show nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two pictures.
const REDRAW: Duration = Duration::from_millis(100);
/// Cells of the name of a file.
const NAME_WIDTH: usize = 40;

/// The progress of a run over inputs of a known size, where they have one.
#[derive(Debug)]
pub(super) struct Progress {
    meter: Arc<Meter>,
    hits: Arc<AtomicU64>,
    started: Instant,
    drawing: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins to draw, where there is a terminal to draw on.
    pub(super) fn start(is_quiet: bool, inputs: &[Input]) -> Self {
        let (meter, hits) = (Arc::new(Meter::default()), Arc::new(AtomicU64::new(0)));
        let drawing = (!is_quiet && io::stderr().is_terminal()).then(|| {
            let total = inputs.iter().map(|input| input.bytes).sum::<Option<u64>>();
            let (is_over, meter, hits) =
                (Arc::new(AtomicBool::new(false)), Arc::clone(&meter), Arc::clone(&hits));
            let stop = Arc::clone(&is_over);
            (is_over, std::thread::spawn(move || draw(&stop, &meter, &hits, total)))
        });
        Self { meter, hits, started: Instant::now(), drawing }
    }

    /// Counts what the sources read.
    pub(super) fn meter(&self) -> Arc<Meter> {
        Arc::clone(&self.meter)
    }

    /// Counts a failed call.
    pub(super) fn hit(&self) {
        self.hits.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes the picture away. What was read at which rate; `None` where nothing was drawn or the run was short.
    pub(super) fn finish(&mut self, records: u64) -> Option<String> {
        let (is_over, thread) = self.drawing.take()?;
        is_over.store(true, Ordering::Relaxed);
        thread.thread().unpark();
        let _ = thread.join();
        let elapsed = self.started.elapsed();
        (elapsed >= PATIENCE).then(|| {
            let read = self.meter.bytes();
            let took = duration(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
            format!(
                "{}, {} records in {took} ({}/s)",
                bytes(read),
                number(records),
                bytes(rate(read, elapsed))
            )
        })
    }
}

fn rate(count: u64, elapsed: Duration) -> u64 {
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    count.saturating_mul(1000) / milliseconds
}

fn draw(is_over: &AtomicBool, meter: &Meter, hits: &AtomicU64, total: Option<u64>) {
    let started = Instant::now();
    while started.elapsed() < PATIENCE && !is_over.load(Ordering::Relaxed) {
        std::thread::park_timeout(REDRAW);
    }
    if is_over.load(Ordering::Relaxed) {
        return;
    }
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    bar.set_style(style(total.is_some()));
    while !is_over.load(Ordering::Relaxed) {
        let read = meter.bytes();
        bar.set_position(read.min(total.unwrap_or(u64::MAX)));
        bar.set_message(picture(
            read,
            total,
            started.elapsed(),
            &meter.current(),
            hits.load(Ordering::Relaxed),
        ));
        std::thread::park_timeout(REDRAW);
    }
    bar.finish_and_clear();
}

fn style(has_total: bool) -> ProgressStyle {
    let template = if has_total { "{wide_bar} {percent:>3}%  {msg}" } else { "{spinner} {msg}" };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// What stands behind the bar: bytes, rate, time left, hits, file.
fn picture(read: u64, total: Option<u64>, elapsed: Duration, file: &str, hits: u64) -> String {
    let rate = rate(read, elapsed);
    let left = total.filter(|_| rate > 0).map(|total| total.saturating_sub(read) / rate.max(1));
    let left = left.map(|seconds| format!("  {} left", duration(seconds * 1000))).unwrap_or_default();
    let file = one_line(file);
    format!("{}  {}/s{left}  {} failed  {}", bytes(read), bytes(rate), number(hits), cut(&file, NAME_WIDTH))
}

/// The status line of a live run.
#[derive(Debug)]
pub(super) struct Status {
    bar: Option<ProgressBar>,
    lines: u64,
    shown: (Instant, u64),
}

impl Status {
    /// A status line, where there is a terminal to draw on.
    pub(super) fn new(is_quiet: bool) -> Self {
        let bar = (!is_quiet && io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(style(false));
            bar
        });
        Self { bar, lines: 0, shown: (Instant::now(), 0) }
    }

    /// Counts the lines that came.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        if self.bar.is_some() {
            self.lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
        }
    }

    /// Draws rate, failures and the cause of most of them; at most once a second.
    pub(super) fn show(&mut self, calls: u64, failed: u64, top: Option<(&str, u64)>) {
        let Some(bar) = &self.bar else { return };
        let elapsed = self.shown.0.elapsed();
        if elapsed < PATIENCE {
            return;
        }
        let rate = rate(self.lines - self.shown.1, elapsed);
        self.shown = (Instant::now(), self.lines);
        let top = top.map(|(id, count)| format!("  most: {id} ({})", number(count))).unwrap_or_default();
        let (failed, calls) = (number(failed), number(calls));
        bar.set_message(format!(
            "{} lines/s  {failed} of {calls} calls failed{}",
            number(rate),
            one_line(&top)
        ));
        bar.tick();
    }

    /// Does what writes to the terminal with the line out of the way.
    pub(super) fn suspended<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_tells_bytes_rate_time_left_hits_and_file() {
        let shown =
            picture(50_000_000, Some(150_000_000), Duration::from_secs(2), "logs/app\u{1b}[31m.log", 1204);
        assert_eq!(shown, "50.0 MB  25.0 MB/s  4 s left  1,204 failed  logs/app.log");
        let shown = picture(50_000_000, None, Duration::from_secs(2), "-", 0);
        assert_eq!(shown, "50.0 MB  25.0 MB/s  0 failed  -");
    }

    #[test]
    fn nothing_is_drawn_where_there_is_no_terminal() {
        let mut progress = Progress::start(true, &[]);
        progress.hit();
        assert_eq!(progress.finish(3), None);
    }
}
