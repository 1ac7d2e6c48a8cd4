//! Several logs side by side; their calls in the order of the logs.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::crew::Crew;
use super::{Options, Sink, read_log};
use crate::model::{Call, Coverage, Finding};
use crate::source::Log;

/// Logs that are begun before their turn, for each lane.
const MAX_AHEAD: usize = 4;
/// Calls that are handed on together, and how many such batches of a log may wait.
const BATCH: usize = 128;
/// See [`BATCH`].
const MAX_BATCHES: usize = 4;

/// What a lane tells of a log, in order.
enum Message {
    Calls(Vec<(Call, Option<Finding>)>),
    End(Coverage),
}

/// A log, and where to tell of it.
type Job = (Log, SyncSender<Message>);

/// Reads the logs on lanes of their own and hands every call to `sink`, by log.
pub(super) fn run(logs: Vec<Log>, options: &Options<'_>, crew: &Crew, sink: &mut Sink<'_>) -> Coverage {
    let lanes = crew.threads().min(logs.len());
    let (jobs, queue) = sync_channel::<Job>(lanes * MAX_AHEAD);
    let queue = Mutex::new(queue);
    let mut coverage = Coverage::default();
    thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|| crew.join(|| lane(&queue, options, crew)));
        }
        crew.rest(|| {
            let mut rest = logs.into_iter();
            let mut waiting: VecDeque<_> =
                rest.by_ref().take(lanes * MAX_AHEAD).map(|log| begin(&jobs, log)).collect();
            while let Some(messages) = waiting.pop_front() {
                for message in messages {
                    match message {
                        Message::Calls(calls) => {
                            for (call, finding) in calls {
                                sink(call, finding);
                            }
                        }
                        Message::End(read) => {
                            coverage.sources.extend(read.sources);
                            coverage.problems.extend(read.problems);
                        }
                    }
                }
                waiting.extend(rest.next().map(|log| begin(&jobs, log)));
            }
            drop(jobs);
        });
    });
    coverage
}

/// Puts a log into the queue, which has room for it.
fn begin(jobs: &SyncSender<Job>, log: Log) -> Receiver<Message> {
    let (sender, receiver) = sync_channel(MAX_BATCHES);
    // Fails only when every lane is gone, by a panic that goes on when they are joined.
    let _ = jobs.send((log, sender));
    receiver
}

/// Reads one log after the other.
fn lane(queue: &Mutex<Receiver<Job>>, options: &Options<'_>, crew: &Crew) {
    let next = || crew.rest(|| queue.lock().unwrap_or_else(PoisonError::into_inner).recv());
    while let Ok((log, messages)) = next() {
        let mut calls = Vec::new();
        let coverage = read_log(log, options, crew, &mut |call, finding| {
            calls.push((call, finding));
            if calls.len() >= BATCH {
                tell(&messages, Message::Calls(std::mem::take(&mut calls)), crew);
            }
        });
        tell(&messages, Message::Calls(calls), crew);
        tell(&messages, Message::End(coverage), crew);
    }
}

/// Waits until there is room; others may work meanwhile.
fn tell(messages: &SyncSender<Message>, message: Message, crew: &Crew) {
    if let Err(TrySendError::Full(message)) = messages.try_send(message) {
        // Fails only when nobody wants to know any more.
        let _ = crew.rest(|| messages.send(message));
    }
}
