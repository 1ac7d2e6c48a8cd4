//! The entries of all units in their order, and steps from one to the next of its stream.
//!
//! Units are peeled when a step comes to them, and what was peeled is kept for the next one.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

use hashbrown::HashMap;

use crate::framing::joiner;
use crate::framing::units::Units;
use crate::model::{Body, Context, Entry, Place};

/// Entries that one walk looks at, those of other streams included.
const MAX_WALK: usize = 6_000;
/// Units whose peeled entries are kept.
const CACHE: usize = 8_192;
/// Lines of one message below the one that has its wrapper.
const MAX_CARRIED: usize = 700;

/// Peels the layers of one unit.
pub(crate) type Peel<'a> = dyn Fn(&str, Place) -> Vec<Entry> + 'a;

/// Where an entry stands: its unit, and its index among the entries of that unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) unit: usize,
    pub(super) index: usize,
}

/// An entry, shared with those who hold its unit.
#[derive(Debug, Clone)]
pub(super) struct Held {
    entries: Rc<Vec<Entry>>,
    index: usize,
}

impl Held {
    /// One of these entries.
    pub(super) fn new(entries: &Rc<Vec<Entry>>, index: usize) -> Self {
        Self { entries: Rc::clone(entries), index }
    }

    /// An entry that stands in no unit as it is.
    pub(super) fn alone(entry: Entry) -> Self {
        Self { entries: Rc::new(vec![entry]), index: 0 }
    }
}

impl Deref for Held {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.entries[self.index]
    }
}

/// Whether a unit is one line in no wrapper and without a head of its own.
fn is_carried(entries: &[Entry]) -> bool {
    let [Entry { context, body: Body::Text(text), is_partial: false, .. }] = entries else { return false };
    *context == Context::default() && !joiner::begins_anew(text)
}

/// The entries of all units.
pub(super) struct Entries<'a, U: Units> {
    /// The units in which they stand.
    pub(super) units: &'a U,
    /// Peels the layers of one unit.
    pub(super) peel: &'a Peel<'a>,
    /// Whether a unit without a wrapper goes on with the message of the one above it.
    keeps_line_ends: bool,
    cache: RefCell<HashMap<usize, Rc<Vec<Entry>>>>,
}

impl<'a, U: Units> Entries<'a, U> {
    /// The entries of these units.
    pub(super) fn new(units: &'a U, peel: &'a Peel<'a>, keeps_line_ends: bool) -> Self {
        Self { units, peel, keeps_line_ends, cache: RefCell::default() }
    }

    /// The entries of a unit without text, for good. Nobody asks for them again: what stays of them is that they are
    /// there.
    pub(super) fn taken(&mut self, unit: usize) -> Vec<Entry> {
        let entries = self.cache.get_mut().remove(&unit).map(Rc::unwrap_or_clone).unwrap_or_default();
        let stub = |entry: &Entry| Entry {
            place: entry.place,
            context: Context { stream: entry.context.stream.clone(), ..Context::default() },
            body: Body::Json(serde_json::Value::Null),
            is_partial: entry.is_partial,
        };
        self.cache.get_mut().insert(unit, Rc::new(entries.iter().map(stub).collect()));
        entries
    }

    /// The entries of a unit.
    pub(super) fn of(&self, unit: usize) -> Rc<Vec<Entry>> {
        if let Some(entries) = self.cache.borrow().get(&unit) {
            return Rc::clone(entries);
        }
        let entries = self.peeled(unit);
        if self.keeps_line_ends && is_carried(&entries) {
            return self.carried(unit, entries);
        }
        self.keep(unit, entries)
    }

    fn peeled(&self, unit: usize) -> Vec<Entry> {
        (self.peel)(&self.units.text(unit), self.units.place(unit))
    }

    fn keep(&self, unit: usize, entries: Vec<Entry>) -> Rc<Vec<Entry>> {
        let entries = Rc::new(entries);
        let mut cache = self.cache.borrow_mut();
        if cache.len() >= CACHE {
            cache.clear();
        }
        cache.insert(unit, Rc::clone(&entries));
        entries
    }

    /// The entries of a unit that goes on with a message, in the stream of the unit in which that begins; all units
    /// between the two are known from then on.
    fn carried(&self, unit: usize, entries: Vec<Entry>) -> Rc<Vec<Entry>> {
        let mut between = Vec::new();
        let mut context = Context::default();
        let mut at = unit;
        while let Some(before) = self.units.previous(at).filter(|_| between.len() < MAX_CARRIED) {
            if let Some(known) = self.cache.borrow().get(&before) {
                context = known.last().map(|entry| entry.context.clone()).unwrap_or_default();
                break;
            }
            let peeled = self.peeled(before);
            if !is_carried(&peeled) {
                context = peeled.last().map(|entry| entry.context.clone()).unwrap_or_default();
                self.keep(before, peeled);
                break;
            }
            between.push((before, peeled));
            at = before;
        }
        let with_context = |entries: Vec<Entry>| {
            entries.into_iter().map(|entry| Entry { context: context.clone(), ..entry }).collect()
        };
        for (unit, entries) in between {
            self.keep(unit, with_context(entries));
        }
        self.keep(unit, with_context(entries))
    }

    fn step(&self, at: Position, is_forward: bool) -> Option<Position> {
        if is_forward {
            if at.index + 1 < self.of(at.unit).len() {
                return Some(Position { index: at.index + 1, ..at });
            }
            let mut unit = at.unit;
            loop {
                unit = self.units.next(unit)?;
                if !self.of(unit).is_empty() {
                    return Some(Position { unit, index: 0 });
                }
            }
        }
        if at.index > 0 {
            return Some(Position { index: at.index - 1, ..at });
        }
        let mut unit = at.unit;
        loop {
            unit = self.units.previous(unit)?;
            let count = self.of(unit).len();
            if count > 0 {
                return Some(Position { unit, index: count - 1 });
            }
        }
    }

    /// The next text entry of the stream in one direction; `None` at an entry of another kind.
    pub(super) fn neighbour(
        &self,
        from: Position,
        stream: &str,
        is_forward: bool,
        walk: &mut usize,
    ) -> Option<(Position, Held)> {
        let mut at = from;
        while *walk < MAX_WALK {
            at = self.step(at, is_forward)?;
            *walk += 1;
            let entry = Held::new(&self.of(at.unit), at.index);
            if entry.context.stream == stream {
                return matches!(entry.body, Body::Text(_)).then_some((at, entry));
            }
        }
        None
    }
}
