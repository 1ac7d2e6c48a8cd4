//! Threads that work side by side, and results in order.
//!
//! Blocks of one source are taken by whoever is free: a worker reads the next block, so that the next one can
//! be read while it works on this, and what the blocks yield is handed on in the order of the source. Several
//! inputs are read side by side; as soon as there are more threads than inputs left, the free ones help.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Results that wait for an earlier one, for each thread. A block full of failures yields many times its size.
const MAX_WAITING: usize = 3;
/// Results that helpers have ready while the caller works: with one, they wait for it a tenth of the time.
const MAX_READY: usize = 4;

/// How many threads may work, and how many do.
pub(super) struct Crew {
    threads: usize,
    busy: AtomicUsize,
}

impl Crew {
    /// A crew of so many threads, the caller's included; `None` for one a core.
    pub(super) fn new(threads: Option<usize>) -> Self {
        let threads = threads.or_else(|| thread::available_parallelism().ok().map(NonZero::get));
        Self { threads: threads.unwrap_or(1).max(1), busy: AtomicUsize::new(1) }
    }

    /// How many threads may work.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// Runs `work` as one more worker than there were.
    pub(super) fn join<T>(&self, work: impl FnOnce() -> T) -> T {
        self.busy.fetch_add(1, Ordering::Relaxed);
        let result = work();
        self.leave();
        result
    }

    /// Runs `wait`, during which the caller does not work.
    pub(super) fn rest<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.leave();
        let result = wait();
        self.busy.fetch_add(1, Ordering::Relaxed);
        result
    }

    fn leave(&self) {
        self.busy.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether one more may work; if so, it counts as a worker from now on.
    fn has_room(&self) -> bool {
        let join = |busy: usize| (busy < self.threads).then_some(busy + 1);
        self.busy.fetch_update(Ordering::Relaxed, Ordering::Relaxed, join).is_ok()
    }
}

/// Something that gives out tasks.
pub(super) trait Tasks: Send {
    /// What is worked on.
    type Task;
    /// The next task with its index, and whether another one follows.
    fn next(&mut self) -> Option<(usize, Self::Task, bool)>;
}

/// Does every task, on as many threads as the crew has to spare, and hands each result to `each` in the order
/// of the tasks, whose indexes count from 0. Every worker brings a state of its own.
pub(super) fn in_order<T: Tasks, S: Default, R: Send>(
    crew: &Crew,
    tasks: &mut T,
    work: &(dyn Fn(&T::Task, &mut S) -> R + Sync),
    each: &mut dyn FnMut(R),
) {
    let tasks = Mutex::new(tasks);
    let next = || tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
    let helper = |sender: SyncSender<Message<R>>| {
        let (mut state, farewell) = (S::default(), Farewell { crew, sender });
        while let Some((index, task, _)) = next() {
            let result = work(&task, &mut state);
            drop(task);
            if farewell.sender.send(Some((index, result))).is_err() {
                break;
            }
        }
    };
    let (sender, receiver) = sync_channel(MAX_READY);
    thread::scope(|scope| {
        let mut results = Results { receiver, waiting: BTreeMap::new(), next: 0 };
        let mut state = S::default();
        while let Some((index, task, has_more)) = next() {
            if has_more && crew.has_room() {
                let sender = sender.clone();
                scope.spawn(|| helper(sender));
            }
            results.waiting.insert(index, work(&task, &mut state));
            drop(task);
            results.hand_on(each);
            while results.waiting.len() > crew.threads * MAX_WAITING && results.wait() {
                results.hand_on(each);
            }
        }
        drop(sender);
        while results.wait() {
            results.hand_on(each);
        }
    });
}

/// A result with its index; nothing from a helper that panicked.
type Message<R> = Option<(usize, R)>;

/// Says that a helper leaves, and how.
struct Farewell<'a, R> {
    crew: &'a Crew,
    sender: SyncSender<Message<R>>,
}

impl<R> Drop for Farewell<'_, R> {
    fn drop(&mut self) {
        self.crew.leave();
        if thread::panicking() {
            // The others stop; the panic goes on where the helper is joined.
            let _ = self.sender.send(None);
        }
    }
}

/// Results that came before their turn.
struct Results<R> {
    receiver: Receiver<Message<R>>,
    waiting: BTreeMap<usize, R>,
    next: usize,
}

impl<R> Results<R> {
    /// Hands on what is next in order.
    fn hand_on(&mut self, each: &mut dyn FnMut(R)) {
        self.waiting.extend(self.receiver.try_iter().flatten());
        while let Some(result) = self.waiting.remove(&self.next) {
            self.next += 1;
            each(result);
        }
    }

    /// Waits for a result of a helper; `false` when none will come.
    fn wait(&mut self) -> bool {
        let found = self.receiver.recv().ok().flatten();
        let is_some = found.is_some();
        self.waiting.extend(found);
        is_some
    }
}
