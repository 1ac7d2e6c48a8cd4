//! Every small way in which a rule could be wrong: a clause that is missing, or asks for less.

use std::ops::Range;

use crate::rules::{Clause, Match, Rule, Test};

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The whole table is gone.
    TableDropped,
    /// One clause of several is gone.
    ClauseDropped,
    /// A clause only asks whether there is a value.
    ClauseWidened,
    /// An exception is gone.
    ExceptionDropped,
    /// One value of a list is gone.
    ValueDropped,
}

impl Change {
    /// As a clause of a sentence about what is not noticed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TableDropped => "without this match",
            Self::ClauseDropped => "without this clause",
            Self::ClauseWidened => "with any value here",
            Self::ExceptionDropped => "without this exception",
            Self::ValueDropped => "without this value",
        }
    }
}

/// A rule with one change.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// What is changed.
    pub change: Change,
    /// The table that is changed, as its place among the matches of the rule.
    pub table: usize,
    /// The field whose test is changed; empty for a whole table.
    pub field: &'static str,
    /// The value that is gone, where one of a list is.
    pub value: Option<String>,
    /// Bytes of the rule file that are changed.
    pub place: Range<usize>,
    /// The table with the change; `None` when it is gone.
    pub mutated: Option<Match>,
}

/// All mutants of a rule, in the order of its file.
#[must_use]
pub fn mutants(rule: &Rule) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (place, table) in rule.matches.iter().enumerate() {
        mutants.push(Mutant {
            change: Change::TableDropped,
            table: place,
            field: "",
            value: None,
            place: table.place.clone(),
            mutated: None,
        });
        for index in 0..table.clauses.len() {
            of_clause(place, table, index, &mut mutants);
        }
        for index in 0..table.none.len() {
            of_exception(place, table, index, &mut mutants);
        }
    }
    mutants
}

fn of_clause(place: usize, table: &Match, index: usize, mutants: &mut Vec<Mutant>) {
    let Some(clause) = table.clauses.get(index) else { return };
    let with = |test: Option<Test>| {
        let mut mutated = table.clone();
        match test {
            Some(test) => {
                mutated.clauses.iter_mut().skip(index).take(1).for_each(|one| one.test = test.clone());
            }
            None => drop(mutated.clauses.remove(index)),
        }
        mutated
    };
    if table.clauses.len() > 1 {
        mutants.push(mutant(Change::ClauseDropped, place, clause, None, with(None)));
    }
    if !matches!(clause.test, Test::Present(_) | Test::Yes(_)) {
        mutants.push(mutant(Change::ClauseWidened, place, clause, None, with(Some(Test::Present(true)))));
    }
    for (value, test) in without_one(&clause.test) {
        mutants.push(mutant(Change::ValueDropped, place, clause, Some(value), with(Some(test))));
    }
}

fn of_exception(place: usize, table: &Match, index: usize, mutants: &mut Vec<Mutant>) {
    let Some(clause) = table.none.get(index) else { return };
    let mut dropped = table.clone();
    dropped.none.remove(index);
    mutants.push(mutant(Change::ExceptionDropped, place, clause, None, dropped));
    for (value, test) in without_one(&clause.test) {
        let mut mutated = table.clone();
        mutated.none.iter_mut().skip(index).take(1).for_each(|one| one.test = test.clone());
        mutants.push(mutant(Change::ValueDropped, place, clause, Some(value), mutated));
    }
}

fn mutant(change: Change, table: usize, clause: &Clause, value: Option<String>, mutated: Match) -> Mutant {
    let (field, place) = (clause.field.name, clause.place.clone());
    Mutant { change, table, field, value, place, mutated: Some(mutated) }
}

/// The test without one of its values, for each value of a list of several.
fn without_one(test: &Test) -> Vec<(String, Test)> {
    fn each<T: Clone>(
        values: &[T],
        shown: impl Fn(&T) -> String,
        test: impl Fn(Vec<T>) -> Test,
    ) -> Vec<(String, Test)> {
        let without = |index: usize| {
            let kept = values.iter().enumerate().filter(|(place, _)| *place != index);
            kept.map(|(_, value)| value.clone()).collect()
        };
        let several = values.iter().enumerate().filter(|_| values.len() > 1);
        several.map(|(index, value)| (shown(value), test(without(index)))).collect()
    }
    match test {
        Test::Is(phrases) => each(phrases, |phrase| phrase.shown.clone(), Test::Is),
        Test::Contains(phrases) => each(phrases, |phrase| phrase.shown.clone(), Test::Contains),
        Test::Starts(phrases) => each(phrases, |phrase| phrase.shown.clone(), Test::Starts),
        Test::Ends(phrases) => each(phrases, |phrase| phrase.shown.clone(), Test::Ends),
        Test::Matches(patterns) => each(patterns, |pattern| pattern.as_str().to_owned(), Test::Matches),
        Test::Number(numbers) => each(numbers, u64::to_string, Test::Number),
        Test::Range(..) | Test::Present(_) | Test::Yes(_) => Vec::new(),
    }
}
