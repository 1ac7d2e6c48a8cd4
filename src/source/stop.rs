//! Reading that can be ended from outside: what was read until then is kept, what was not is told.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::guard::Problems;
use crate::model::{Problem, ProblemKind};

/// What is said of an input that was not begun.
const UNREAD: &str = "was not read: the run was interrupted before";

/// Ends reading once it is set. Shared: by a signal, or by a caller that wants no more.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// One that is set through `flag`.
    #[must_use]
    pub fn by(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }

    /// Whether nothing more is to be read.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Inputs that were not begun, as one problem at the first of them, with their number.
#[must_use]
pub fn unread_as_one(problems: impl IntoIterator<Item = Problem>) -> Vec<Problem> {
    let is_unread = |problem: &Problem| problem.kind == ProblemKind::Interrupted && problem.text == UNREAD;
    let (unread, mut others): (Vec<Problem>, Vec<Problem>) = problems.into_iter().partition(is_unread);
    let count = unread.iter().map(|problem| problem.count).sum();
    others.extend(unread.into_iter().next().map(|first| Problem { count, ..first }));
    others
}

/// Notes an input that is not begun any more.
pub(super) fn note_unread(problems: &Problems, source: &Arc<str>) {
    problems.note(ProblemKind::Interrupted, source, 0, UNREAD);
}

/// The text of a source, which ends where reading is stopped.
pub(super) struct Stopping<R> {
    inner: R,
    stop: Stop,
    source: Arc<str>,
    problems: Problems,
    bytes: u64,
    is_ended: bool,
}

impl<R: Read> Stopping<R> {
    pub(super) fn new(inner: R, stop: Stop, source: &Arc<str>, problems: &Problems) -> Self {
        Self {
            inner,
            stop,
            source: Arc::clone(source),
            problems: problems.clone(),
            bytes: 0,
            is_ended: false,
        }
    }
}

impl<R: Read> Read for Stopping<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.is_ended || buf.is_empty() {
            return Ok(0);
        }
        let count = if self.stop.is_set() { 0 } else { self.inner.read(buf)? };
        self.bytes += count as u64;
        self.is_ended = count == 0;
        if self.is_ended && self.stop.is_set() {
            let text = format!("the run was interrupted after {} bytes; the rest was not read", self.bytes);
            self.problems.note(ProblemKind::Interrupted, &self.source, self.bytes, text);
        }
        Ok(count)
    }
}

/// Standard input, which does not wait for more once reading is stopped.
#[cfg(unix)]
pub(super) fn standard_input(stop: Option<&Stop>) -> Box<dyn Read + Send> {
    use std::os::fd::AsFd;
    let own = stop.and_then(|stop| Some((stop, io::stdin().as_fd().try_clone_to_owned().ok()?)));
    match own {
        Some((stop, descriptor)) => Box::new(Waiting { file: descriptor.into(), stop: stop.clone() }),
        None => Box::new(io::stdin()),
    }
}

/// Standard input; here a read that waits cannot be ended.
#[cfg(not(unix))]
pub(super) fn standard_input(_stop: Option<&Stop>) -> Box<dyn Read + Send> {
    Box::new(io::stdin())
}

/// A pipe or terminal that is read when it has something to give.
#[cfg(unix)]
struct Waiting {
    file: std::fs::File,
    stop: Stop,
}

#[cfg(unix)]
impl Read for Waiting {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        /// Nanoseconds between two looks at the stop, where no signal wakes the wait.
        const PATIENCE: i64 = 50_000_000;
        loop {
            if self.stop.is_set() {
                return Ok(0);
            }
            let patience = Timespec { tv_sec: 0, tv_nsec: PATIENCE };
            match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&patience)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                // Whatever else there is, reading tells.
                Ok(_) | Err(_) => return self.file.read(buf),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn what_was_read_before_the_stop_is_kept_and_the_rest_is_told() {
        let (flag, problems) = (Arc::new(AtomicBool::new(false)), Problems::default());
        let name: Arc<str> = Arc::from("app.log");
        let mut reader =
            Stopping::new(Cursor::new(b"0123456789"), Stop::by(Arc::clone(&flag)), &name, &problems);
        let mut few = [0; 4];
        assert_eq!(reader.read(&mut few).unwrap(), 4);
        flag.store(true, Ordering::Relaxed);
        assert_eq!((reader.read(&mut few).unwrap(), reader.read(&mut few).unwrap()), (0, 0));
        let told = problems.take();
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].kind, told[0].location.place.offset), (ProblemKind::Interrupted, 4));
    }

    #[test]
    fn a_source_that_ended_before_the_stop_was_read_whole() {
        let problems = Problems::default();
        let flag = Arc::new(AtomicBool::new(false));
        let mut reader =
            Stopping::new(Cursor::new(b"01"), Stop::by(Arc::clone(&flag)), &Arc::from("a"), &problems);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        flag.store(true, Ordering::Relaxed);
        assert_eq!(reader.read(&mut [0; 4]).unwrap(), 0);
        assert!(text == "01" && problems.take().is_empty());
    }

    #[test]
    fn inputs_that_were_not_begun_are_one_problem() {
        let problems = Problems::default();
        ["a", "b", "c"].iter().for_each(|name| note_unread(&problems, &Arc::from(*name)));
        let told = unread_as_one(problems.take());
        assert_eq!(told.iter().map(|one| (&*one.location.source, one.count)).collect::<Vec<_>>(), [("a", 3)]);
    }
}
