//! Tests in words, for people who do not read rule files.

use super::clause::{Clause, Match, Phrase, Test};

impl Clause {
    /// The test as a sentence without a stop: `code is insufficient_quota`.
    #[must_use]
    pub fn describe(&self) -> String {
        let name = self.field.name;
        match &self.test {
            Test::Is(phrases) => format!("{name} is {}", quoted(phrases)),
            Test::Contains(phrases) => format!("{name} holds {}", quoted(phrases)),
            Test::Starts(phrases) => format!("{name} starts with {}", quoted(phrases)),
            Test::Ends(phrases) => format!("{name} ends with {}", quoted(phrases)),
            Test::Matches(patterns) => {
                let patterns: Vec<String> =
                    patterns.iter().map(|pattern| format!("/{}/", pattern.as_str())).collect();
                format!("{name} matches {}", either(&patterns))
            }
            Test::Number(numbers) => {
                format!("{name} is {}", either(&numbers.iter().map(u64::to_string).collect::<Vec<_>>()))
            }
            Test::Range(low, high) => match (low, high) {
                (Some(low), Some(high)) => format!("{name} is {low} to {high}"),
                (Some(low), None) => format!("{name} is at least {low}"),
                (None, Some(high)) => format!("{name} is at most {high}"),
                (None, None) => format!("{name} is a number"),
            },
            Test::Present(true) => format!("{name} is there"),
            Test::Present(false) => format!("{name} is not there"),
            Test::Yes(true) => format!("{name} is true"),
            Test::Yes(false) => format!("{name} is false"),
        }
    }
}

impl Match {
    /// All clauses, and the exceptions, as one sentence without a stop.
    #[must_use]
    pub fn describe(&self) -> String {
        let clauses: Vec<String> = self.clauses.iter().map(Clause::describe).collect();
        let mut text = clauses.join(" and ");
        if !self.none.is_empty() {
            let none: Vec<String> = self.none.iter().map(Clause::describe).collect();
            text = format!("{text}, unless {}", none.join(" or "));
        }
        text
    }
}

fn quoted(phrases: &[Phrase]) -> String {
    either(&phrases.iter().map(|phrase| format!("`{}`", phrase.shown)).collect::<Vec<_>>())
}

/// `a`, `a or b`, `a, b or c`.
fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
