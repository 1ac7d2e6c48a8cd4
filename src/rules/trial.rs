//! A call against every match of every rule, clause by clause.
//!
//! [`RuleSet::judge`] comes to its verdict by way of an index and stops early; here nothing is left
//! out, so that a verdict can be explained, and rules that differ in one clause can be compared. Both
//! give the same cause; a test holds that.

use super::clause::{Clause, Found, Match, Phrase};
use super::fields::Field;
use super::judge::{Holding, hold};
use super::rule::Rule;
use super::set::RuleSet;
use super::text::compact;
use crate::model::{Call, Provider};

/// One rule, tried.
#[derive(Debug)]
pub struct Trial<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Its matches in the order of the file.
    pub tables: Vec<TableTrial<'r>>,
    /// Why it lost although it holds: `refines`, `outranks`, `tier`, `severity` or `id`.
    pub rejected_by: Option<&'static str>,
}

/// One `[[match]]` table, tried.
#[derive(Debug)]
pub struct TableTrial<'r> {
    /// The table.
    pub table: &'r Match,
    /// Its clauses, then its exceptions.
    pub clauses: Vec<ClauseTrial<'r>>,
    /// Another provider answered, and the table does not speak of providers.
    pub is_foreign: bool,
}

/// One clause, tried.
#[derive(Debug)]
pub struct ClauseTrial<'r> {
    /// The clause.
    pub clause: &'r Clause,
    /// It stands below `none`.
    pub is_exception: bool,
    /// It does not stand in the way: a clause that holds, or an exception that does not.
    pub is_fine: bool,
}

impl TableTrial<'_> {
    /// Whether nothing stands in the way.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.is_foreign && self.clauses.iter().all(|trial| trial.is_fine)
    }

    /// Clauses and exceptions that stand in the way.
    pub fn failing(&self) -> impl Iterator<Item = &ClauseTrial<'_>> {
        self.clauses.iter().filter(|trial| !trial.is_fine)
    }
}

impl Trial<'_> {
    /// Whether one of its matches holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.tables.iter().any(TableTrial::holds)
    }
}

/// The texts of a call in the form in which phrases are looked for.
#[derive(Debug)]
pub struct Texts {
    message: Option<String>,
    page: Option<String>,
}

impl Texts {
    /// Those of a call.
    #[must_use]
    pub fn new(call: &Call) -> Self {
        let seen = &call.seen;
        let message = seen.error.message.as_ref().map(|text| compact(text.as_str()));
        Self { message, page: seen.page.as_ref().map(|text| compact(text.as_str())) }
    }
}

impl Found for Texts {
    fn holds(&self, field: &Field, phrase: &Phrase) -> Option<bool> {
        let text = match field.name {
            "message" => &self.message,
            "page" => &self.page,
            _ => return None,
        };
        Some(text.as_ref().is_some_and(|text| text.contains(&phrase.compact)))
    }
}

impl Match {
    /// Whether it holds for a call.
    #[must_use]
    pub fn holds(&self, call: &Call, texts: &Texts) -> bool {
        let holds = |clause: &Clause| clause.holds((clause.field.get)(call), texts);
        !self.is_foreign(call) && self.clauses.iter().all(holds) && !self.none.iter().any(holds)
    }

    /// Whether another provider answered, and no clause speaks of providers.
    fn is_foreign(&self, call: &Call) -> bool {
        call.seen.provider == Provider::Other && !self.tests("provider")
    }
}

/// The rule and match that decide, and all rules that lost, each with its reason.
pub(super) type Decision<'r> = (Option<(&'r Rule, &'r Match)>, Vec<(&'r Rule, &'static str)>);

impl RuleSet {
    /// The rule and match that decide among those that hold, and all rules that lost, each with its reason.
    pub fn decide<'r>(&self, held: impl IntoIterator<Item = (&'r Rule, &'r Match)>) -> Decision<'r> {
        let mut holding: Vec<Holding<'r>> = Vec::new();
        for (rule, table) in held {
            hold(&mut holding, rule, table);
        }
        self.settle(&mut holding);
        let winner = holding.iter().find(|one| one.rejected_by.is_none()).map(|one| (one.rule, one.table));
        (winner, holding.iter().filter_map(|one| one.rejected_by.map(|why| (one.rule, why))).collect())
    }

    /// Every rule with matches, tried in their order.
    #[must_use]
    pub fn try_all(&self, call: &Call) -> Vec<Trial<'_>> {
        let texts = Texts::new(call);
        let tried = |clause, is_exception| {
            let clause: &Clause = clause;
            let holds = clause.holds((clause.field.get)(call), &texts);
            ClauseTrial { clause, is_exception, is_fine: holds != is_exception }
        };
        let table = |table| {
            let table: &Match = table;
            let clauses = table.clauses.iter().map(|clause| tried(clause, false));
            let clauses = clauses.chain(table.none.iter().map(|clause| tried(clause, true))).collect();
            TableTrial { table, clauses, is_foreign: table.is_foreign(call) }
        };
        let rules = self.rules().iter().filter(|rule| !rule.matches.is_empty());
        let mut trials: Vec<Trial<'_>> = rules
            .map(|rule| Trial { rule, tables: rule.matches.iter().map(table).collect(), rejected_by: None })
            .collect();
        let held: Vec<(&Rule, &Match)> = trials
            .iter()
            .flat_map(|trial| {
                trial.tables.iter().filter(|one| one.holds()).map(|one| (trial.rule, one.table))
            })
            .collect();
        let (_, lost) = self.decide(held);
        for trial in &mut trials {
            let why = lost.iter().find(|(rule, _)| rule.id() == trial.rule.id());
            trial.rejected_by = why.map(|(_, why)| *why);
        }
        trials
    }
}
