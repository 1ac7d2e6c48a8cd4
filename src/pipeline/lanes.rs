//! Several inputs side by side; their calls in the order of the inputs.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::crew::Crew;
use super::{Options, Sink, read_input};
use crate::model::{Call, Coverage, Finding};
use crate::source::Input;

/// Inputs that are begun before their turn, for each lane.
const MAX_AHEAD: usize = 4;
/// Calls that are handed on together, and how many such batches of an input may wait.
const BATCH: usize = 128;
/// See [`BATCH`].
const MAX_BATCHES: usize = 4;

/// What a lane tells of an input, in order.
enum Message {
    Calls(Vec<(Call, Option<Finding>)>),
    End(Coverage),
}

/// An input, and where to tell of it.
type Job<'a> = (&'a Input, SyncSender<Message>);

/// Reads the inputs on lanes of their own and hands every call to `sink`, by input.
pub(super) fn run(inputs: &[Input], options: &Options<'_>, crew: &Crew, sink: &mut Sink<'_>) -> Coverage {
    let lanes = crew.threads().min(inputs.len());
    let (jobs, queue) = sync_channel::<Job<'_>>(lanes * MAX_AHEAD);
    let queue = Mutex::new(queue);
    let mut coverage = Coverage::default();
    thread::scope(|scope| {
        for _ in 0..lanes {
            scope.spawn(|| crew.join(|| lane(&queue, options, crew)));
        }
        crew.rest(|| {
            let mut rest = inputs.iter();
            let mut waiting: VecDeque<_> =
                rest.by_ref().take(lanes * MAX_AHEAD).map(|input| begin(&jobs, input)).collect();
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
                waiting.extend(rest.next().map(|input| begin(&jobs, input)));
            }
            drop(jobs);
        });
    });
    coverage
}

/// Puts an input into the queue, which has room for it.
fn begin<'a>(jobs: &SyncSender<Job<'a>>, input: &'a Input) -> Receiver<Message> {
    let (sender, receiver) = sync_channel(MAX_BATCHES);
    // Fails only when every lane is gone, by a panic that goes on when they are joined.
    let _ = jobs.send((input, sender));
    receiver
}

/// Reads one input after the other.
fn lane(queue: &Mutex<Receiver<Job<'_>>>, options: &Options<'_>, crew: &Crew) {
    let next = || crew.rest(|| queue.lock().unwrap_or_else(PoisonError::into_inner).recv());
    while let Ok((input, messages)) = next() {
        let mut calls = Vec::new();
        let coverage = read_input(input, options, crew, &mut |call, finding| {
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
